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
        #expect(largestDifference(found, expected) < 1e-12)
        let single = softmaxAttention(
            queries: Tensor<Float>(converting: queries), keys: Tensor<Float>(converting: keys),
            values: Tensor<Float>(converting: values), heads: example.heads)
        #expect(largestDifference(single, expected) < 2e-5)
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
        #expect(largestDifference(found, Tensor(expected, shape: [1, 3, 4])) < 1e-12)
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

@Suite("Deformable sampling")
struct DeformableSamplingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let batch: Int
        let height: Int
        let width: Int
        let queries: Int
        let heads: Int
        let points: Int
        let channels: Int
        var testDescription: String { "\(batch) x \(height) x \(width), \(queries) queries, \(heads) x \(points), \(channels)" }

        /// Positions on either side of the border and far outside.
        var operands: (values: Tensor<Double>, positions: Tensor<Double>, weights: Tensor<Double>) {
            (
                seededTensor([batch, height, width, heads * channels], seed: 1),
                seededTensor([batch, queries, heads, points, 2], seed: 2, in: -2...Double(max(height, width)) + 1),
                seededTensor([batch, queries, heads, points], seed: 3)
            )
        }
    }

    static let cases = [
        Case(batch: 1, height: 3, width: 4, queries: 5, heads: 1, points: 1, channels: 1),
        Case(batch: 2, height: 5, width: 4, queries: 7, heads: 2, points: 4, channels: 8),
        Case(batch: 1, height: 6, width: 6, queries: 36, heads: 3, points: 3, channels: 59),
        Case(batch: 9, height: 4, width: 7, queries: 28, heads: 8, points: 4, channels: 16),
        Case(batch: 1, height: 1, width: 1, queries: 3, heads: 1, points: 20, channels: 3),
        Case(batch: 2, height: 3, width: 3, queries: 0, heads: 2, points: 4, channels: 4),
        Case(batch: 1, height: 3, width: 3, queries: 2, heads: 2, points: 0, channels: 4),
    ]

    @Test("agrees with plain loops", arguments: cases)
    func agrees(example: Case) {
        let (values, positions, weights) = example.operands
        let expected = reference(example)
        let found = deformableSampled(values: values, positions: positions, weights: weights)
        #expect(largestDifference(found, expected) < 1e-12)
        let single = deformableSampled(
            values: Tensor<Float>(converting: values), positions: Tensor<Float>(converting: positions),
            weights: Tensor<Float>(converting: weights))
        #expect(largestDifference(single, expected) < 3e-5)
    }

    @Test("agrees with PyTorch's grid sampling")
    func peer() {
        let values = Tensor((0..<24).map { sin(Double($0) * 0.7) }, shape: [1, 3, 4, 2])
        let positions = Tensor([0.25, 0.5, -0.5, 1.2, 3.4, 2.3, 1, 2, 5, 1, 2.75, 1.5], shape: [1, 6, 1, 1, 2])
        let expected = Tensor(
            [
                -0.03142044811371442, 0.47930904546149955, -0.3504244280640604, -0.055088151029963575, 0.12730970983319573,
                -0.1604699952172825, 0.033623047221136695, 0.669569762196601, 0, 0, 0.20689049328306042, -0.3275570422468427,
            ], shape: [1, 6, 2])
        let found = deformableSampled(
            values: values, positions: positions, weights: Tensor(repeating: 1, shape: [1, 6, 1, 1]))
        #expect(largestDifference(found, expected) < 1e-12)
    }

    @Test("reads nothing at positions that no pixel is near", arguments: [Float.nan, .infinity, -.infinity, 1e30, -1e30, -1, 4])
    func outside(position: Float) {
        let values = Tensor<Float>(repeating: 1, shape: [1, 4, 4, 2])
        let weights = Tensor<Float>([1], shape: [1, 1, 1, 1])
        for coordinates in [[position, 1], [1, position]] {
            let positions = Tensor<Float>(coordinates, shape: [1, 1, 1, 1, 2])
            let zero = Tensor<Float>(repeating: 0, shape: [1, 1, 2])
            #expect(deformableSampled(values: values, positions: positions, weights: weights) == zero)
            let gradients = deformableSamplingGradients(
                of: Tensor(repeating: 1, shape: [1, 1, 2]), values: values, positions: positions, weights: weights)
            #expect(gradients.values == Tensor(repeating: 0, shape: values.shape))
            #expect(gradients.positions.scalars == [0, 0] && gradients.weights.scalars == [0])
        }
    }

    @Test("stays inside the map just below its last border")
    func border() {
        let values = Tensor<Float>(repeating: 1, shape: [1, 32, 32, 1])
        let positions = Tensor<Float>([Float(32).nextDown, Float(32).nextDown], shape: [1, 1, 1, 1, 2])
        let sum = deformableSampled(values: values, positions: positions, weights: Tensor([1], shape: [1, 1, 1, 1])).scalar
        #expect(sum >= 0 && sum < 1e-10)
    }

    @Test("has the same bits whatever the number of threads")
    func threads() {
        let example = Case(batch: 2, height: 12, width: 12, queries: 144, heads: 8, points: 4, channels: 16)
        let (values, positions, weights) = (
            Tensor<Float>(converting: example.operands.values), Tensor<Float>(converting: example.operands.positions),
            Tensor<Float>(converting: example.operands.weights)
        )
        expectSameBits {
            let y = deformableSampled(values: values, positions: positions, weights: weights)
            let gradients = deformableSamplingGradients(of: y, values: values, positions: positions, weights: weights)
            return [y, gradients.values, gradients.positions, gradients.weights]
        }
    }

    @Test("refuses shapes that do not fit")
    func wrongShape() async {
        await #expect(processExitsWith: .failure) {
            _ = deformableSampled(
                values: Tensor<Float>(repeating: 1, shape: [1, 2, 2, 5]), positions: Tensor(repeating: 1, shape: [1, 3, 2, 1, 2]),
                weights: Tensor(repeating: 1, shape: [1, 3, 2, 1]))
        }
        await #expect(processExitsWith: .failure) {
            _ = deformableSampled(
                values: Tensor<Float>(repeating: 1, shape: [1, 2, 2, 4]), positions: Tensor(repeating: 1, shape: [1, 3, 2, 1, 2]),
                weights: Tensor(repeating: 1, shape: [1, 3, 2, 2]))
        }
    }

    private func reference(_ s: Case) -> Tensor<Double> {
        let (v, p, a) = (s.operands.values.scalars, s.operands.positions.scalars, s.operands.weights.scalars)
        var result: [Double] = []
        for image in 0..<s.batch {
            for query in 0..<s.queries {
                for head in 0..<s.heads {
                    for channel in 0..<s.channels {
                        var sum = 0.0
                        for point in 0..<s.points {
                            let i = ((image * s.queries + query) * s.heads + head) * s.points + point
                            for row in 0..<s.height {
                                for column in 0..<s.width {
                                    let weight =
                                        max(0, 1 - abs(p[2 * i] - Double(column))) * max(0, 1 - abs(p[2 * i + 1] - Double(row)))
                                    let pixel = (image * s.height + row) * s.width + column
                                    sum += a[i] * weight * v[(pixel * s.heads + head) * s.channels + channel]
                                }
                            }
                        }
                        result.append(sum)
                    }
                }
            }
        }
        return Tensor(result, shape: [s.batch, s.queries, s.heads * s.channels])
    }
}
