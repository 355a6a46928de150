import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Batch normalization")
struct BatchNormalizationTests {
    static let shapes = [[2, 3, 4, 5], [7, 1], [1, 16], [50, 33], [4000, 20], [2, 0, 3], [40000, 1]]

    @Test("agrees with plain loops", arguments: shapes, [FusedActivation.identity, .relu, .relu6])
    func agrees(shape: [Int], activation: FusedActivation) {
        let channels = shape[shape.count - 1]
        let x = seededTensor(shape, seed: 1, in: -3...5)
        let scale = seededTensor([channels], seed: 2, in: -6...6)
        let shift = seededTensor([channels], seed: 3)
        let expected = reference(x, scale, shift, epsilon: 1e-3, activation)
        let found = x.batchNormalized(scale: scale, shift: shift, epsilon: 1e-3, activation: activation)
        #expect(distance(found.output, expected.output) < 1e-11)
        #expect(distance(found.mean, expected.mean) < 1e-12)
        #expect(distance(found.variance, expected.variance) < 1e-11)

        let single = Tensor<Float>(converting: x).batchNormalized(
            scale: Tensor<Float>(converting: scale), shift: Tensor<Float>(converting: shift), epsilon: 1e-3, activation: activation)
        #expect(distance(single.output, expected.output) < 2e-5)
        #expect(distance(single.mean, expected.mean) < 1e-5)
        #expect(distance(single.variance, expected.variance) < 2e-5)
    }

    @Test("with the batch's own statistics given is the same")
    func given() {
        let x = seededTensor([3, 5, 8], seed: 4)
        let (scale, shift) = (seededTensor([8], seed: 5), seededTensor([8], seed: 6))
        let (output, mean, variance) = x.batchNormalized(scale: scale, shift: shift)
        #expect(x.normalized(mean: mean, variance: variance, scale: scale, shift: shift) == output)
    }

    @Test("finds a small variance about a large mean")
    func stable() {
        let deviations = seededTensor([5000, 16], seed: 7)
        let far = Tensor<Float>(deviations.scalars.map { Float(4096 + $0) }, shape: [5000, 16])
        let exact = Tensor<Double>(converting: far)
        let ones = Tensor<Float>(repeating: 1, shape: [16])
        let found = far.batchNormalized(scale: ones, shift: ones)
        let expected = reference(
            exact, Tensor(repeating: 1, shape: [16]), Tensor(repeating: 1, shape: [16]), epsilon: 1e-5, .identity)
        #expect(distance(found.variance, expected.variance) < 1e-4)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        let x = Tensor((0..<24).map { sin(Double($0) * 0.7) }, shape: [2, 2, 3, 2])
        let y = x.batchNormalized(scale: Tensor([1.5, 0.5]), shift: Tensor([0.1, -0.2]), epsilon: 1e-3).output.scalars
        let expected = [
            0: -0.14337482703541485, 1: 0.19891594171200203, 7: -0.9814601817974877, 22: 0.5319435403206205,
            23: -0.5457999080702567,
        ]
        for (i, value) in expected { #expect(abs(y[i] - value) < 1e-12) }
    }

    @Test("lets numbers that are none pass through the rectifier")
    func notANumber() {
        let x = Tensor<Float>([.nan, 1], shape: [1, 2])
        let (zero, one) = (Tensor<Float>([0, 0]), Tensor<Float>([1, 1]))
        let y = x.normalized(mean: zero, variance: one, scale: one, shift: zero, activation: .relu)
        #expect(y.scalars[0].isNaN)
    }

    @Test("has the same bits whatever the number of threads")
    func threads() {
        let x = Tensor<Float>(converting: seededTensor([9000, 24], seed: 8))
        let scale = Tensor<Float>(repeating: 1.5, shape: [24])
        expectSameBits {
            let (output, mean, variance) = x.batchNormalized(scale: scale, shift: scale)
            let gradients = x.normalizationGradients(
                of: output, mean: mean, variance: variance, scale: scale, shift: scale, epsilon: 1e-5,
                activation: .relu, statistics: .batch)
            return [output, mean, variance, gradients.x, gradients.scale, gradients.shift]
        }
    }

    @Test("refuses parameters of another shape")
    func wrongShape() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor<Float>(repeating: 1, shape: [2, 3]).batchNormalized(
                scale: Tensor(repeating: 1, shape: [2]), shift: Tensor(repeating: 1, shape: [3]))
        }
        await #expect(processExitsWith: .failure) {
            let three = Tensor<Float>(repeating: 1, shape: [3])
            _ = Tensor<Float>(repeating: 1, shape: [2, 3]).normalized(
                mean: Tensor(repeating: 1, shape: [3, 1]), variance: three, scale: three, shift: three)
        }
    }

    private func reference(
        _ x: Tensor<Double>, _ scale: Tensor<Double>, _ shift: Tensor<Double>, epsilon: Double, _ activation: FusedActivation
    ) -> (output: Tensor<Double>, mean: Tensor<Double>, variance: Tensor<Double>) {
        let channels = scale.count
        let (rows, x_) = (x.count / channels, x.scalars)
        var (y, means, variances) = (x_, [Double](), [Double]())
        for c in 0..<channels {
            let column = (0..<rows).map { x_[$0 * channels + c] }
            let mean = rows > 0 ? column.reduce(0, +) / Double(rows) : 0
            let variance = rows > 0 ? column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows) : 0
            for r in 0..<rows {
                let value = (column[r] - mean) / (variance + epsilon).squareRoot() * scale.scalars[c] + shift.scalars[c]
                y[r * channels + c] =
                    switch activation {
                    case .identity: value
                    case .relu: max(value, 0)
                    case .relu6: min(max(value, 0), 6)
                    }
            }
            means.append(mean)
            variances.append(variance)
        }
        return (Tensor(y, shape: x.shape), Tensor(means), Tensor(variances))
    }
}
