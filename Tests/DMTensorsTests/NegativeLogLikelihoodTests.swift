import DMTensors
import Testing

@Suite struct NegativeLogLikelihoodTests {
    private let logits = ramp([5, 3]) * 4
    private let targets = Tensor<Int32>([0, 2, 255, 1, 2])

    @Test func agreesWithTheCrossEntropyOfSoftmax() {
        let losses = negativeLogLikelihood(logits.logSoftmax(), targets, ignoring: 255, reduction: .none)
        #expect(isClose(losses, softmaxCrossEntropy(logits, targets, ignoring: 255), 1e-14))
    }

    @Test func weightsAndReductions() {
        let x = logits.logSoftmax(), weights = Tensor<Double>([0.5, 2, 3])
        let each = (0..<5).map { row -> Double in
            let target = targets.scalars[row]
            return target == 255 ? 0 : -element(x, [row, Int(target)]) * weights.scalars[Int(target)]
        }
        func loss(_ reduction: LossReduction) -> Tensor<Double> {
            negativeLogLikelihood(x, targets, weights: weights, ignoring: 255, reduction: reduction)
        }
        let (sum, weight): (Double, Double) = (each.reduce(0, +), 0.5 + 3 + 2 + 3)
        #expect(isClose(loss(.none), Tensor(each), 1e-15))
        #expect(isClose(loss(.sum), Tensor(sum), 1e-14))
        #expect(isClose(loss(.mean), Tensor(sum / weight), 1e-14))
    }

    @Test func ignoredElementsDoNotCountWhateverTheyHold() {
        let x = Tensor<Double>([-.infinity, 0, -1, -2], shape: [2, 2])
        #expect(negativeLogLikelihood(x, Tensor([-1, 1]), ignoring: -1, reduction: .sum).scalar == 2)
    }

    @Test func targetsMustBeClasses() async {
        await #expect(processExitsWith: .failure) { _ = negativeLogLikelihood(ramp([1, 2]), Tensor([2])) }
        await #expect(processExitsWith: .failure) { _ = negativeLogLikelihood(ramp([1, 2]), Tensor([0]), weights: ramp([3])) }
    }
}
