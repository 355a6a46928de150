import DMAutograd
import DMLayers
import DMTensors
import Foundation
import Testing

@Suite struct OnlineHardExampleMiningTests {
    /// Probabilities 0.9, 0.2, 0.8, 0.5, and an ignored pixel.
    private let losses = Tensor<Float>([0.9, 0.2, 0.8, 0.5, 1].map { -log($0) })
    private let targets = Tensor<Int32>([0, 1, 0, 1, 255])

    @Test(
        arguments: [
            (0.7, 0, [0, 0.5, 0, 0.5, 0]), (0.7, 2, [0, 0.5, 0, 0.5, 0]), (0.7, 3, [0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0]),
            (0.1, 1, [0, 1, 0, 0, 0]), (0.7, 5, [0.25, 0.25, 0.25, 0.25, 0]), (0.1, 0, [0, 0, 0, 0, 0]),
        ] as [(Double, Int, [Float])])
    func keepsTheLeastProbable(_ threshold: Double, _ minimumCount: Int, _ weights: [Float]) {
        let mining = OnlineHardExampleMining(threshold: threshold, minimumCount: minimumCount)
        #expect(mining.weights(losses: losses, targets).scalars == weights)
    }

    @Test func withoutTargetsTheLossIsZero() {
        let logits = Variable.tracked(Tensor<Double>([1, 2, 3, 4], shape: [2, 2]))
        let loss = OnlineHardExampleMining().crossEntropy(logits, Tensor([255, 255]))
        #expect(loss.value.scalar == 0)
        #expect(Gradients(of: loss)[logits] == Tensor(repeating: 0, shape: [2, 2]))
    }
}
