import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct AttentionTests {
    @Test func positionsAreSinesOfBothAxes() {
        let (height, width, features) = (3, 5, 8)
        let found = sinusoidalPositionalEncoding(height: height, width: width, features: features)
        #expect(found.shape == [1, 3, 5, 8])
        let half = features / 2
        let expected = (0..<height * width * features).map { index -> Double in
            let (y, x, feature) = (index / features / width, index / features % width, index % features)
            let place = feature < half ? Double(y + 1) / Double(height) : Double(x + 1) / Double(width)
            // Features come in pairs of sine and cosine, as in DETR: the exponent is 2 floor(i / 2) / half.
            let i = feature % half
            let phase = 2 * Double.pi * place / pow(10_000, Double(2 * (i / 2)) / Double(half))
            return i % 2 == 0 ? sin(phase) : cos(phase)
        }
        #expect(largestDifference(found.reshaped(to: [-1]), Tensor(expected)) < 1e-6)
    }

    @Test func offsetsStartOnTheCompass() throws {
        var random = RandomSource(seed: 7)
        let attention = DeformableAttention(features: 8, heads: 8, points: 2, random: &random)
        let compass: [[Double]] = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]]
        let expected = compass.flatMap { direction in [1.0, 2].flatMap { distance in direction.map { distance * $0 } } }
        let offsets = try #require(attention.samplingOffsets.bias?.value)
        #expect(largestDifference(offsets, Tensor(expected)) < 1e-6)
        #expect(attention.samplingOffsets.weight.value.squared().sum() == 0)
        #expect(attention.attentionWeights.weight.value.squared().sum() == 0)
    }

    /// With values and output as they are, a new head is the mean of the pixels on its ray.
    @Test func aNewHeadLooksAlongItsRay() {
        var random = RandomSource(seed: 8)
        var attention = DeformableAttention(features: 4, heads: 4, points: 2, random: &random)
        let identity = Tensor<Float>((0..<16).map { $0 % 5 == 0 ? 1 : 0 }, shape: [4, 4])
        attention.value.weight.value = identity
        attention.output.weight.value = identity
        let (height, width) = (5, 6)
        let x: Tensor<Float> = random.normal(shape: [1, height, width, 4])
        let y = attention(Variable(x), positions: Variable(Tensor(repeating: 0, shape: x.shape))).value.scalars
        let rays = [(1, 0), (0, 1), (-1, 0), (0, -1)]
        let pixels = x.scalars
        for row in 0..<height {
            for column in 0..<width {
                for (head, ray) in rays.enumerated() {
                    let seen = (1...2).reduce(Float(0)) { sum, distance in
                        let (r, c) = (row + distance * ray.1, column + distance * ray.0)
                        guard (0..<height).contains(r), (0..<width).contains(c) else { return sum }
                        return sum + pixels[(r * width + c) * 4 + head] / 2
                    }
                    #expect(abs(y[(row * width + column) * 4 + head] - seen) < 1e-4, "head \(head) at \(row), \(column)")
                }
            }
        }
    }

    @Test(arguments: [[1, 1, 1, 8], [2, 3, 5, 8], [1, 4, 4, 8]]) func keepsTheShape(shape: [Int]) {
        var random = RandomSource(seed: 9)
        let x = Variable<Float>(random.normal(shape: shape))
        let positions = Variable(sinusoidalPositionalEncoding(height: shape[1], width: shape[2], features: shape[3]))
        let kinds: [any TokenAttention] = [
            DeformableAttention(features: 8, heads: 4, points: 3, random: &random),
            SoftmaxAttention(features: 8, heads: 2, random: &random),
        ]
        for attention in kinds { #expect(attention(x, positions: positions).shape == shape) }
    }

    @Test func positionsChangeSoftmaxAttention() {
        var random = RandomSource(seed: 10)
        let attention = SoftmaxAttention(features: 8, heads: 2, random: &random)
        let x = Variable<Float>(random.normal(shape: [1, 3, 3, 8]))
        let none = Variable(Tensor<Float>(repeating: 0, shape: [1, 3, 3, 8]))
        let there = Variable(sinusoidalPositionalEncoding(height: 3, width: 3, features: 8))
        #expect((attention(x, positions: none).value - attention(x, positions: there).value).absoluteValue().maximum() > 1e-3)
    }
}
