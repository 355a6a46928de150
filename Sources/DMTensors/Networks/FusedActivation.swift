/// What a fused operation does to its result while it is still in the processor.
public enum FusedActivation: Sendable {
    /// Nothing.
    case identity
    /// `max(x, 0)`.
    case rectifiedLinear
}
