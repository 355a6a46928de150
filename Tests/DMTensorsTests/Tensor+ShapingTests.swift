import DMTensors
import Testing

@Suite struct ShapingTests {
    @Test(arguments: [
        ([5], [0]), ([3, 5], [1, 0]), ([3, 5], [0, 1]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4, 5], [0, 3, 1, 2]),
        ([2, 3, 4, 5], [3, 1, 0, 2]),
        ([1, 7, 1, 4], [2, 3, 0, 1]), ([2, 0, 3], [1, 2, 0]), ([150, 170], [1, 0]), ([2, 140, 3, 40], [0, 3, 2, 1]), ([], []),
    ])
    func transposition(shape: [Int], permutation: [Int]) {
        let x = ramp(shape), y = x.transposed(permutation: permutation)
        let extents = permutation.map { shape[$0] }
        #expect(y.shape == extents)
        let expected = positions(of: extents).map { position in
            var source = position
            for (axis, from) in permutation.enumerated() { source[from] = position[axis] }
            return element(x, source)
        }
        #expect(y.scalars == expected)
        let bits = x .< 0
        #expect(bits.transposed(permutation: permutation) == (y .< 0))
        #expect(Tensor<Float>(converting: x).transposed(permutation: permutation) == Tensor(converting: y))
    }

    @Test func broadcastRepeats() {
        let x = ramp([2, 1, 3])
        let y = x.broadcast(to: [4, 2, 5, 3])
        #expect(y.scalars == elementIndices(of: [2, 1, 3], in: [4, 2, 5, 3]).map { x.scalars[$0] })
        #expect(Tensor(2.5).broadcast(to: [3]).scalars == [2.5, 2.5, 2.5])
        #expect(ramp([1]).broadcast(to: [0]).count == 0)
    }

    @Test(arguments: [[4], [3, 4], [2, 3, 4], [2, 3, 4, 5]]) func slicesPutTogetherAreTheWhole(shape: [Int]) {
        let x = ramp(shape)
        for axis in shape.indices {
            for cut in 0...shape[axis] {
                let first = x.sliced(along: axis, from: 0, to: cut),
                    second = x.sliced(along: axis - shape.count, from: cut, to: shape[axis])
                #expect(first.shape[axis] == cut)
                #expect(concatenated([first, second], along: axis) == x)
            }
        }
        #expect(stacked((0..<shape[0]).map { x[$0] }) == x)
        #expect(x[shape[0] - 1].scalars == Array(x.scalars.suffix(x.count / shape[0])))
    }

    @Test(arguments: [
        ([3], [1], [2]), ([2, 3], [0, 1], [1, 0]), ([2, 3, 4, 2], [0, 1, 2, 0], [0, 2, 1, 0]), ([0, 2], [1, 0], [0, 0]),
    ])
    func padding(shape: [Int], before: [Int], after: [Int]) {
        let x = ramp(shape), y = x.padded(before: before, after: after, with: 9)
        let expected = positions(of: y.shape).map { position in
            let inner = zip(position, before).map { $0 - $1 }
            return zip(inner, shape).allSatisfy { $0 >= 0 && $0 < $1 } ? element(x, inner) : 9
        }
        #expect(y.shape == zip(shape, zip(before, after)).map { $0 + $1.0 + $1.1 })
        #expect(y.scalars == expected)
    }

    @Test func wrongShapesStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).transposed(permutation: [0, 0]) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).broadcast(to: [2]) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3]).sliced(along: 1, from: 2, to: 4) }
        await #expect(processExitsWith: .failure) { _ = ramp([2, 3])[2] }
        await #expect(processExitsWith: .failure) { _ = concatenated([ramp([2, 3]), ramp([2, 4])], along: 0) }
        await #expect(processExitsWith: .failure) { _ = stacked([ramp([2]), ramp([3])]) }
        await #expect(processExitsWith: .failure) { _ = ramp([2]).padded(before: [-1], after: [0], with: 0) }
    }
}
