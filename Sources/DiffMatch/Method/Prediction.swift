public import DMTensors

/// The class probabilities of images.
public struct Prediction: Sendable {
    /// At full size, `[n, h, w, K]`.
    public let probabilities: Tensor<Float>
    /// After each sampling step, at the size of the feature map; empty for a classifier.
    public let coarseSteps: [Tensor<Float>]

    /// The most probable class of each pixel, `[n, h, w]`.
    public var classes: Tensor<Int32> { probabilities.argmax(along: 3) }

    /// The most probable class of each pixel after one sampling step, `[n, h, w]`.
    ///
    /// - Parameter step: The step, counted from 0.
    public func classes(afterStep step: Int) -> Tensor<Int32> {
        coarseSteps[step].enlarged(height: probabilities.shape[1], width: probabilities.shape[2]).argmax(along: 3)
    }
}
