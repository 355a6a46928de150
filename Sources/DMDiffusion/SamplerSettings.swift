import DMTensors

/// What can be chosen about the sampling of masks.
public struct SamplerSettings: Sendable, Hashable, Codable {
    /// What the result of the steps is.
    public enum Output: String, Sendable, Codable, CaseIterable {
        /// The mean over the steps of the class probabilities.
        case meanOverSteps
        /// The class probabilities of the last step.
        case lastStep
    }

    /// How the way from noise to a clean mask is divided.
    public var steps: SamplingSteps
    /// How a step gets to the next mask.
    public var kind: SamplerKind
    /// How a step estimates the clean mask.
    public var estimate: CleanMaskEstimate
    /// What the result of the steps is.
    public var output: Output
    /// How many chains, each from noise of its own, are averaged; at least 1.
    public var drawCount: Int

    /// Settings for sampling; by default three deterministic steps, of which the last one counts.
    ///
    /// - Parameters:
    ///   - steps: How the way from noise to a clean mask is divided.
    ///   - kind: How a step gets to the next mask.
    ///   - estimate: How a step estimates the clean mask.
    ///   - output: What the result of the steps is.
    ///   - drawCount: How many chains, each from noise of its own, are averaged; at least 1.
    public init(
        steps: SamplingSteps = SamplingSteps(), kind: SamplerKind = .ddim, estimate: CleanMaskEstimate = .mean,
        output: Output = .lastStep, drawCount: Int = 1
    ) {
        require(drawCount >= 1, "masks are sampled from one chain at least, not from \(drawCount)")
        (self.steps, self.kind, self.estimate, self.output, self.drawCount) = (steps, kind, estimate, output, drawCount)
    }
}
