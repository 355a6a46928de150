import CDMKernels

/// What a fused operation does to its result while it is still in the processor.
public enum FusedActivation: Sendable {
    /// Nothing.
    case identity
    /// `max(x, 0)`.
    case relu
    /// `min(max(x, 0), 6)`.
    case relu6

    var kernelValue: dm_activation {
        switch self {
        case .identity: dm_identity
        case .relu: dm_rectified
        case .relu6: dm_rectified_6
        }
    }

    /// The gradient of what was activated, given that of the result, and the result itself.
    package func pullback<Scalar: FloatingPointScalar>(_ gradient: Tensor<Scalar>, result: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .identity: gradient
        case .relu: result.reluPullback(gradient)
        case .relu6: (6 - result).reluPullback(result.reluPullback(gradient))
        }
    }
}
