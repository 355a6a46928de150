import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Softmax attention")
struct SoftmaxAttentionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let batch: Int
        let queries: Int
        let keys: Int
        let heads: Int
        let channels: Int
        var testDescription: String { "\(batch) x \(queries) x \(keys), \(heads) x \(channels)" }

        var operands: (queries: Tensor<Double>, keys: Tensor<Double>, values: Tensor<Double>) {
            let width = heads * channels
            return (
                seededTensor([batch, queries, width], seed: 1, in: -4...4), seededTensor([batch, keys, width], seed: 2, in: -4...4),
                seededTensor([batch, keys, width], seed: 3)
            )
        }
    }

    @Test(
        "agrees with plain loops",
        arguments: [
            Case(batch: 1, queries: 1, keys: 1, heads: 1, channels: 1), Case(batch: 2, queries: 5, keys: 7, heads: 2, channels: 3),
            Case(batch: 1, queries: 70, keys: 130, heads: 2, channels: 16),
            Case(batch: 1, queries: 300, keys: 64, heads: 1, channels: 33),
            Case(batch: 2, queries: 0, keys: 3, heads: 1, channels: 4),
        ])
    func agrees(example: Case) {
        let (queries, keys, values) = example.operands
        let expected = reference(example)
        let found = softmaxAttention(queries: queries, keys: keys, values: values, heads: example.heads)
        #expect(distance(found, expected) < 1e-12)
        let single = softmaxAttention(
            queries: Tensor<Float>(converting: queries), keys: Tensor<Float>(converting: keys),
            values: Tensor<Float>(converting: values), heads: example.heads)
        #expect(distance(single, expected) < 2e-5)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        func ramp(_ count: Int) -> [Double] { (0..<count).map { sin(Double($0) * 0.7) } }
        let found = softmaxAttention(
            queries: Tensor(ramp(12), shape: [1, 3, 4]), keys: Tensor(ramp(20).map { $0 * 1.3 }, shape: [1, 5, 4]),
            values: Tensor(ramp(20).map { $0 + 0.1 }, shape: [1, 5, 4]), heads: 2)
        let expected = [
            0.09766792941441449, 0.22185974345584009, 0.7402822324769521, 0.8868857173241188, 0.10364267304933826,
            0.08346387156407001, -0.4616598796261235, -0.6509575044880003, -0.224099139395419, 0.011625659938673929,
            0.6972813022292181, 0.8659635835349883,
        ]
        #expect(distance(found, Tensor(expected, shape: [1, 3, 4])) < 1e-12)
    }

    @Test("bears scores of any size")
    func large() {
        let x = Tensor<Float>([1000, -1000, 500, 999], shape: [1, 4, 1])
        let y = softmaxAttention(queries: x, keys: x, values: x, heads: 1)
        #expect(y.scalars.allSatisfy { $0.isFinite })
        #expect(y.scalars[0] == 1000 && y.scalars[1] == -1000)
    }

    @Test("has the same bits whatever the number of threads")
    func threads() {
        let (queries, keys, values) = Case(batch: 2, queries: 300, keys: 100, heads: 3, channels: 8).operands
        let (q, k, v) = (Tensor<Float>(converting: queries), Tensor<Float>(converting: keys), Tensor<Float>(converting: values))
        expectSameBits {
            let (output, normalizers) = softmaxAttentionParts(queries: q, keys: k, values: v, heads: 3)
            let gradients = softmaxAttentionGradients(
                of: output, queries: q, keys: k, values: v, heads: 3, output: output, normalizers: normalizers)
            return [output, gradients.queries, gradients.keys, gradients.values]
        }
    }

    @Test("refuses shapes that do not fit")
    func wrongShape() async {
        await #expect(processExitsWith: .failure) {
            let x = Tensor<Float>(repeating: 1, shape: [1, 2, 4])
            _ = softmaxAttention(queries: x, keys: x, values: x, heads: 3)
        }
        await #expect(processExitsWith: .failure) {
            let x = Tensor<Float>(repeating: 1, shape: [1, 2, 4])
            let none = Tensor<Float>(repeating: 1, shape: [1, 0, 4])
            _ = softmaxAttention(queries: x, keys: none, values: none, heads: 2)
        }
    }

    private func reference(_ s: Case) -> Tensor<Double> {
        let width = s.heads * s.channels
        let (q, k, v) = (s.operands.queries.scalars, s.operands.keys.scalars, s.operands.values.scalars)
        var result = [Double](repeating: 0, count: q.count)
        for image in 0..<s.batch {
            for head in 0..<s.heads {
                for i in 0..<s.queries {
                    let row = (image * s.queries + i) * width + head * s.channels
                    let scores = (0..<s.keys).map { j in
                        (0..<s.channels).reduce(0.0) {
                            $0 + q[row + $1] * k[(image * s.keys + j) * width + head * s.channels + $1]
                        } / Double(s.channels).squareRoot()
                    }
                    let largest = scores.max() ?? 0
                    let exponentials = scores.map { exp($0 - largest) }
                    let total = exponentials.reduce(0, +)
                    for j in 0..<s.keys {
                        for c in 0..<s.channels {
                            result[row + c] +=
                                exponentials[j] / total * v[(image * s.keys + j) * width + head * s.channels + c]
                        }
                    }
                }
            }
        }
        return Tensor(result, shape: [s.batch, s.queries, width])
    }
}
