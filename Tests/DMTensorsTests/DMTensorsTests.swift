import DMTensors
import Testing

@Test func smoke() {
    let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect((x * x).sum(along: [1]).scalars == [14, 77])
    #expect((x + Tensor([10, 20, 30])).scalars == [11, 22, 33, 14, 25, 36])
    #expect((2 * x - 1).scalars == [1, 3, 5, 7, 9, 11])
    #expect((Tensor<Float>([1, 2], shape: [2, 1]) * x).scalars == [1, 2, 3, 8, 10, 12])
    #expect(x.transposed(permutation: [1, 0]).scalars == [1, 4, 2, 5, 3, 6])
    #expect(x.argmax(along: 0).scalars == [1, 1, 1])
    #expect(x.maximum(along: 1).scalars == [3, 6])
    #expect(x.mean() == 3.5)
    #expect(x.variance(along: [0]).scalars == [2.25, 2.25, 2.25])
    #expect(concatenated([x, x], along: 1).scalars == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(x.padded(before: [1, 0], after: [0, 1], with: 9).scalars == [9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6, 9])
    #expect(x[1].scalars == [4, 5, 6])
    #expect(x.gathered(rows: Tensor([1, 0, 1])).shape == [3, 3])
    #expect(x.scatteredAdd(rows: Tensor([1, 1]), count: 3).scalars == [0, 0, 0, 5, 7, 9, 0, 0, 0])
    #expect(Tensor<Int32>(converting: Tensor<Float>([1.7, -2.7, .nan, 1e20, -1e20])).scalars == [1, -2, 0, .max, .min])
    #expect(Tensor<UInt8>(converting: Tensor<Float>([1.7, -2.7, 300])).scalars == [1, 0, 255])
    #expect(select(where: x.isGreater(than: 3), x, Tensor(0)).scalars == [0, 0, 0, 4, 5, 6])
    var y = x
    y += x
    y *= 2
    y.add(x, scaledBy: -1)
    #expect(y.scalars == [3, 6, 9, 12, 15, 18])
    #expect(x.scalars == [1, 2, 3, 4, 5, 6])
    #expect(x.softmax().sum(along: [-1]).scalars.allSatisfy { abs($0 - 1) < 1e-6 })
}
