import DMTensors

/// One step of the reverse process: from a time to an earlier one.
public struct SamplingInterval: Sendable, Hashable, Codable {
    /// The time at which the denoiser sees the mask.
    public let now: Double
    /// The time at which the step leaves the mask, not after `now`.
    public let next: Double

    /// A step between two times, both from 0 to 1.
    ///
    /// - Precondition: `next <= now`.
    public init(now: Double, next: Double) {
        checkTime(now)
        checkTime(next)
        require(next <= now, "a sampling step runs from a time to an earlier one, not from \(now) to \(next)")
        (self.now, self.next) = (now, next)
    }
}
