import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite("Softmax cross-entropy")
struct SoftmaxCrossEntropyTests {
    @Test("agrees with plain loops", arguments: [[1], [5, 2], [3, 7, 21], [2000, 19], [4, 81], [0, 3]])
    func agrees(shape: [Int]) {
        let classes = shape[shape.count - 1]
        let logits = seededTensor(shape, seed: 1, in: -9...9)
        let labels = (0..<logits.count / classes).map { $0 % 5 == 3 ? Int32(255) : Int32($0 % classes) }
        let targets = Tensor<Int32>(labels, shape: Array(shape.dropLast()))
        let expected = labels.enumerated().map { row, label -> Double in
            let x = logits.scalars[row * classes..<(row + 1) * classes]
            return label == 255 ? 0 : log(x.reduce(0) { $0 + exp($1) }) - x[x.startIndex + Int(label)]
        }
        let reference = Tensor(expected, shape: targets.shape)
        #expect(largestDifference(softmaxCrossEntropy(logits, targets), reference) < 1e-12)
        #expect(largestDifference(softmaxCrossEntropy(Tensor<Float>(converting: logits), targets), reference) < 1e-5)
    }

    @Test("agrees with PyTorch's values")
    func peer() {
        let logits = Tensor((0..<12).map { 4 * sin(Double($0) * 0.7) }, shape: [4, 3])
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 2, 255, 1]))
        #expect(largestDifference(losses, Tensor([4.184597856978015, 4.977010763049717, 0, 1.576585750951181])) < 1e-12)
    }

    @Test("bears logits of any size")
    func large() {
        let logits = Tensor<Float>([1e4, 1e4, -1e4, 1e4], shape: [2, 2])
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 0]))
        #expect(abs(losses.scalars[0] - Float(log(2.0))) < 1e-6)
        #expect(losses.scalars[1] == 2e4)
    }

    @Test("takes another label as the ignored one")
    func ignored() {
        let logits = seededTensor([2, 3], seed: 1)
        let losses = softmaxCrossEntropy(logits, Tensor<Int32>([0, 1]), ignoring: 0)
        #expect(losses.scalars[0] == 0 && losses.scalars[1] > 0)
    }

    @Test("refuses targets that are no class, or too few")
    func wrongTargets() async {
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0, 3]))
        }
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0, -1]))
        }
        await #expect(processExitsWith: .failure) {
            _ = softmaxCrossEntropy(Tensor<Float>(repeating: 0, shape: [2, 3]), Tensor<Int32>([0]))
        }
    }
}

/// The cross-entropy of enlarged logits against its two steps.
@Suite struct ResizedCrossEntropyTests {
    private static let shapes: [[Int]] = [[1, 1, 1, 3], [2, 5, 4, 10], [3, 7, 9, 21], [1, 24, 24, 2], [2, 3, 3, 81]]

    private func targets(_ shape: [Int], classes: Int) -> Tensor<Int32> {
        Tensor((0..<shape.reduce(1, *)).map { $0 % 7 == 3 ? 255 : Int32($0 * 5 % classes) }, shape: shape)
    }

    @Test(arguments: shapes, [true, false]) func agreesWithItsSteps(_ shape: [Int], alignsCorners: Bool) {
        let x = testNumbers(shape, seed: 1) * 3
        let targets = targets([shape[0], 17, 23], classes: shape[3])
        let full = x.resized(height: 17, width: 23, alignsCorners: alignsCorners)
        let (expected, normalizers) = softmaxCrossEntropyParts(full, targets, ignoring: 255)
        let gradient = testNumbers(expected.shape, seed: 2)
        let dfull = softmaxCrossEntropyGradient(of: gradient, logits: full, targets: targets, normalizers: normalizers, ignoring: 255)
        let dx = Tensor.resizingGradient(of: dfull, for: shape, alignsCorners: alignsCorners)
        let losses = resizedCrossEntropy(x, targets, alignsCorners: alignsCorners)
        #expect(losses.shape == expected.shape && largestDifference(losses, expected) <= 1e-13)
        let found = resizedCrossEntropyGradient(
            of: gradient, logits: x, targets: targets, alignsCorners: alignsCorners, ignoring: 255)
        #expect(found.shape == shape && largestDifference(found, dx) <= 1e-12)
        let single = resizedCrossEntropy(rounded(x), targets, alignsCorners: alignsCorners)
        #expect(largestDifference(single, expected) <= 1e-5)
        let singleGradient = resizedCrossEntropyGradient(
            of: rounded(gradient), logits: rounded(x), targets: targets, alignsCorners: alignsCorners, ignoring: 255)
        #expect(largestDifference(singleGradient, dx) <= 1e-4)
    }

    @Test func theNumberOfThreadsChangesNoBit() {
        let x = rounded(testNumbers([5, 12, 13, 11], seed: 3)), targets = targets([5, 50, 51], classes: 11)
        expectSameBits {
            let y = resizedCrossEntropy(x, targets, alignsCorners: true)
            return [y, resizedCrossEntropyGradient(of: y, logits: x, targets: targets, alignsCorners: true, ignoring: 255)]
        }
    }
}

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
