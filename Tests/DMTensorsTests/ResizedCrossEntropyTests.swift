import DMTensors
import DMTestSupport
import Testing

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
