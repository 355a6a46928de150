import DMTensors
import DMTestSupport
import Foundation
import Testing

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
        #expect(distance(found, expected) < 1e-12)
        let single = deformableSampled(
            values: Tensor<Float>(converting: values), positions: Tensor<Float>(converting: positions),
            weights: Tensor<Float>(converting: weights))
        #expect(distance(single, expected) < 3e-5)
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
        #expect(distance(found, expected) < 1e-12)
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
