public import DMTensors

/// The result of sampling masks for a batch of images.
public struct SampledMask: Sendable {
    /// The class probabilities `[batch, height, width, K]`: the mean over the steps or those of the last step, as set.
    public let probabilities: Tensor<Float>
    /// The class probabilities after each step, for reports; each `[batch, height, width, K]`.
    public let stepProbabilities: [Tensor<Float>]

    /// The most probable class of each pixel `[batch, height, width]`.
    public var classes: Tensor<Int32> { probabilities.argmax(along: 3) }

    /// The probability of the most probable class of each pixel `[batch, height, width]`.
    public var confidence: Tensor<Float> { probabilities.maximum(along: 3) }
}
