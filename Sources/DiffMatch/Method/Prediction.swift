public import DMTensors

/// The class probabilities of images.
public struct Prediction: Sendable {
    /// At full size, `[n, h, w, K]`.
    public let probabilities: Tensor<Float>
    /// After each sampling step, at the size of the feature map; empty for a classifier.
    public let coarseSteps: [Tensor<Float>]
    /// The height of the images that the network saw.
    private let seenHeight: Int
    /// The width of the images that the network saw.
    private let seenWidth: Int

    /// The prediction of images at the size that the network saw.
    init(probabilities: Tensor<Float>, coarseSteps: [Tensor<Float>]) {
        self.init(
            probabilities: probabilities, coarseSteps: coarseSteps, seenHeight: probabilities.shape[1],
            seenWidth: probabilities.shape[2])
    }

    private init(probabilities: Tensor<Float>, coarseSteps: [Tensor<Float>], seenHeight: Int, seenWidth: Int) {
        self.probabilities = probabilities
        self.coarseSteps = coarseSteps
        self.seenHeight = seenHeight
        self.seenWidth = seenWidth
    }

    /// The most probable class of each pixel, `[n, h, w]`.
    public var classes: Tensor<Int32> { probabilities.argmax(along: 3) }

    /// The most probable class of each pixel after one sampling step, `[n, h, w]`.
    ///
    /// - Parameter step: The step, counted from 0.
    public func classes(afterStep step: Int) -> Tensor<Int32> {
        let seen = coarseSteps[step].enlarged(height: seenHeight, width: seenWidth)
        return fitted(seen, height: probabilities.shape[1], width: probabilities.shape[2]).argmax(along: 3)
    }

    /// The same prediction for images of another size than the network saw.
    func resized(height: Int, width: Int) -> Prediction {
        Prediction(
            probabilities: fitted(probabilities, height: height, width: width), coarseSteps: coarseSteps,
            seenHeight: seenHeight, seenWidth: seenWidth)
    }

    /// Probabilities at the size of an image, by the rule by which images are resampled.
    private func fitted(_ probabilities: Tensor<Float>, height: Int, width: Int) -> Tensor<Float> {
        probabilities.shape[1] == height && probabilities.shape[2] == width
            ? probabilities : probabilities.enlarged(height: height, width: width, alignsCorners: false)
    }
}
