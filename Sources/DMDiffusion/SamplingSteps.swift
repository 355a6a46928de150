import DMTensors

/// How the way from noise to a clean mask is divided into steps.
///
///     now_i  = min(1 - i / S, 0.999)
///     next_i = max(0, 1 - (i + 1 + delta) / S)      for i = 0 ..< S
///
/// With `delta` = 1 a step reaches further down than where the next one starts: the mask carries less
/// noise than the denoiser is told, which suits a denoiser whose first answers are already good. With
/// `delta` = 0 each step starts where the one before ended, as the exact reverse process demands.
///
/// ```swift
/// SamplingSteps(count: 3, timeDifference: 1).intervals     // 0.999 -> 1/3, 2/3 -> 0, 1/3 -> 0
/// ```
///
/// Source: Chen et al., *Analog Bits*, ICLR 2023, section 2.4 (asymmetric time intervals).
public struct SamplingSteps: Sendable, Hashable, Codable {
    /// The number of steps `S`, at least 1.
    public let count: Int
    /// How many steps further down each step reaches, `delta`; 0 or more.
    public let timeDifference: Int

    /// A division into `count` steps.
    ///
    /// - Parameters:
    ///   - count: The number of steps `S`, at least 1.
    ///   - timeDifference: How many steps further down each step reaches, `delta`; 0 or more.
    public init(count: Int = 3, timeDifference: Int = 1) {
        require(count >= 1 && timeDifference >= 0, "no sampling in \(count) steps with a time difference of \(timeDifference)")
        (self.count, self.timeDifference) = (count, timeDifference)
    }

    /// The times of the steps, in the order in which they are taken.
    public var intervals: [SamplingInterval] {
        (0..<count).map { step in
            SamplingInterval(now: time(after: step), next: time(after: step + 1 + timeDifference))
        }
    }

    /// The time after so many steps: `1 - steps / S`, within 0 and the latest time in use.
    private func time(after steps: Int) -> Double {
        min(Double(max(0, count - steps)) / Double(count), NoiseSchedule.latestTime)
    }
}
