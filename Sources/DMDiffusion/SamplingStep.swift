public import DMTensors

/// What one step of a chain did.
public struct ReverseStep: Sendable {
    /// The times of the step.
    public let interval: SamplingInterval
    /// The class probabilities, adjusted `[batch, height, width, K]`.
    public let probabilities: Tensor<Float>
    /// The estimate of the clean masks `[batch, height, width, channels]`.
    public let estimate: Tensor<Float>
    /// The masks that the step arrived at `[batch, height, width, channels]`.
    public let mask: Tensor<Float>
}
