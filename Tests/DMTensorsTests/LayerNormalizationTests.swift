import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Layer normalization")
struct LayerNormalizationTests {
    @Test("agrees with plain loops", arguments: [[2, 3, 5], [7], [1, 1], [600, 64], [4, 129], [0, 8]])
    func agrees(shape: [Int]) {
        let channels = shape[shape.count - 1]
        let x = seededTensor(shape, seed: 1, in: -3...5)
        let (scale, shift) = (seededTensor([channels], seed: 2), seededTensor([channels], seed: 3))
        var expected = x.scalars
        for start in stride(from: 0, to: expected.count, by: channels) {
            let row = expected[start..<start + channels]
            let mean = row.reduce(0, +) / Double(channels)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
            for c in 0..<channels {
                expected[start + c] =
                    (expected[start + c] - mean) / (variance + 1e-4).squareRoot() * scale.scalars[c] + shift.scalars[c]
            }
        }
        let reference = Tensor(expected, shape: shape)
        #expect(distance(x.layerNormalized(scale: scale, shift: shift, epsilon: 1e-4), reference) < 1e-12)
        let single = Tensor<Float>(converting: x).layerNormalized(
            scale: Tensor(converting: scale), shift: Tensor(converting: shift), epsilon: 1e-4)
        #expect(distance(single, reference) < 1e-5)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        let x = Tensor((0..<12).map { sin(Double($0) * 0.7) }, shape: [3, 4])
        let y = x.layerNormalized(scale: Tensor([1, 2, 3, 4]), shift: Tensor([0.5, 0.4, 0.3, 0.2]), epsilon: 1e-5).scalars
        for (i, value) in [
            0: -1.1399236867973601, 1: 0.5105098284574019, 6: -2.0266223602871496, 11: 4.907132770618275,
        ] { #expect(abs(y[i] - value) < 1e-12) }
    }

    @Test("has the same bits whatever the number of threads")
    func threads() {
        let x = Tensor<Float>(converting: seededTensor([3000, 48], seed: 8))
        let scale = Tensor<Float>(repeating: 1.5, shape: [48])
        expectSameBits {
            let gradients = x.layerNormalizationGradients(of: x, scale: scale, epsilon: 1e-5)
            return [x.layerNormalized(scale: scale, shift: scale), gradients.x, gradients.scale, gradients.shift]
        }
    }

    @Test("refuses parameters of another shape")
    func wrongShape() async {
        await #expect(processExitsWith: .failure) {
            let two = Tensor<Float>(repeating: 1, shape: [2])
            _ = Tensor<Float>(repeating: 1, shape: [2, 3]).layerNormalized(scale: two, shift: two)
        }
    }
}
