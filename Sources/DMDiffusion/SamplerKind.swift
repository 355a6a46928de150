/// How a sampling step gets from the estimate of the clean mask to the next, less noisy mask.
public enum SamplerKind: String, Sendable, Codable, CaseIterable {
    /// Deterministic steps; see `NoiseSchedule.ddimStep(from:estimate:over:)`. Goes with the estimates `mean` and `mode`.
    case ddim
    /// Random steps; see `NoiseSchedule.ancestralStep(from:estimate:noise:over:)`. Goes with the estimate `draw`.
    case ancestral
}
