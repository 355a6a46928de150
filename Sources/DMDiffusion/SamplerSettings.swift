public import DMTensors

/// How masks are sampled: how many reverse steps, of which kind, and what counts as the result.
///
/// ```swift
/// let standard = SamplerSettings(steps: 3)                                  // DDIM, asymmetric time intervals
/// let plain = SamplerSettings(steps: 10, timeDifference: 0)                 // the plain DDIM chain
/// let ddpm = SamplerSettings(steps: 10, timeDifference: 0, kind: .ancestral, estimate: .sample)
/// let ensemble = SamplerSettings(output: .meanOverSteps, ensembleSize: 8)   // the mean of all steps of eight chains
/// ```
///
/// Three steps are the number of DiffMatch (Sun et al., ICLR 2025), which leaves the other settings open.
public struct SamplerSettings: Sendable, Hashable, Codable {
    /// Which class probabilities are the result of a chain.
    public enum Output: String, Sendable, Codable, CaseIterable {
        /// The mean of the class probabilities over all steps.
        case meanOverSteps
        /// The class probabilities of the last step.
        case lastStep
    }

    /// The number of reverse steps S, at least 1.
    public var steps: Int
    /// How many steps further down each step reaches, `td` in *Analog Bits*; 0 or more. See ``TimeGrid``.
    public var timeDifference: Int
    /// How a step gets to the next mask.
    public var kind: SamplerKind
    /// How a step estimates the clean mask.
    public var estimate: CleanMaskEstimate
    /// Which class probabilities are the result of a chain.
    public var output: Output
    /// How many chains are averaged, each from its own noise; at least 1.
    public var ensembleSize: Int

    /// Settings for sampling; by default three DDIM steps, of which the last one is the result.
    ///
    /// - Parameters:
    ///   - steps: The number of reverse steps S, at least 1.
    ///   - timeDifference: How many steps further down each step reaches, `td`; 0 or more.
    ///   - kind: How a step gets to the next mask.
    ///   - estimate: How a step estimates the clean mask.
    ///   - output: Which class probabilities are the result of a chain.
    ///   - ensembleSize: How many chains are averaged, each from its own noise; at least 1.
    public init(
        steps: Int = 3, timeDifference: Int = 1, kind: SamplerKind = .ddim, estimate: CleanMaskEstimate = .expectation,
        output: Output = .lastStep, ensembleSize: Int = 1
    ) {
        checkShape(ensembleSize >= 1, "masks are sampled from one chain at least, not from \(ensembleSize)")
        (self.steps, self.timeDifference, self.kind) = (steps, timeDifference, kind)
        (self.estimate, self.output, self.ensembleSize) = (estimate, output, ensembleSize)
        _ = timeGrid  // Stops here, not in the first sampling, if there is no such grid.
    }

    /// The times of the steps.
    public var timeGrid: TimeGrid { TimeGrid(steps: steps, timeDifference: timeDifference) }
}

/// How a sampling step gets from the estimate of the clean mask to the next, less noisy mask.
public enum SamplerKind: String, Sendable, Codable, CaseIterable {
    /// Deterministic steps; see ``NoiseSchedule/ddimStep(from:estimate:over:)``. Use it with the estimate `expectation` or
    /// `argmax`.
    case ddim
    /// Random steps, as in DDPM; see ``NoiseSchedule/ancestralStep(from:estimate:noise:over:)``. Use it with the estimate
    /// `sample`.
    case ancestral
}

/// How a sampling step turns class probabilities into an estimate of the clean mask: the *x0 prediction*.
public enum CleanMaskEstimate: String, Sendable, Codable, CaseIterable {
    /// The expected code, `sum_k p(k) code(k)`.
    case expectation = "mean"
    /// The code of the most probable class.
    case argmax = "mode"
    /// The code of a class drawn from the probabilities, as the exact reverse process demands; for ancestral sampling.
    case sample = "draw"

    /// The estimate of the clean masks.
    ///
    /// - Parameters:
    ///   - probabilities: The class probabilities of each pixel `[batch, height, width, K]`.
    ///   - encoding: The encoding of the masks.
    ///   - random: Where `sample` draws from; the other estimates leave it as it is.
    /// - Returns: Encoded masks `[batch, height, width, channels]`.
    public func cleanMask(
        for probabilities: Tensor<Float>, in encoding: LabelEncoding, random: inout RandomSource
    ) -> Tensor<Float> {
        switch self {
        case .expectation: encoding.mean(of: probabilities)
        case .argmax: encoding.encode(probabilities.argmax(along: probabilities.rank - 1))
        case .sample: encoding.encode(drawnClasses(from: probabilities, random: &random))
        }
    }
}

/// The times of the reverse steps, from noise to a clean mask.
///
///     now_i  = min(1 - i / S, 0.999)
///     next_i = max(0, 1 - (i + 1 + td) / S)      for i = 0 ..< S
///
/// With `td` = 1 each step reaches further down than the next one starts (*asymmetric time intervals*): the mask has less
/// noise than the denoiser is told, which suits a denoiser whose first answers are already good. With `td` = 0 each step
/// starts where the one before ended, as the exact reverse process demands.
///
/// ```swift
/// let intervals = TimeGrid(steps: 3, timeDifference: 1).intervals     // 0.999 -> 1/3, 2/3 -> 0, 1/3 -> 0
/// ```
///
/// Source: Chen et al., *Analog Bits*, ICLR 2023, section 2.4 (asymmetric time intervals).
public struct TimeGrid: Sendable, Hashable, Codable {
    /// The number of steps S, at least 1.
    public let steps: Int
    /// How many steps further down each step reaches, `td`; 0 or more.
    public let timeDifference: Int

    /// The grid of so many steps.
    ///
    /// - Parameters:
    ///   - steps: The number of steps S, at least 1.
    ///   - timeDifference: How many steps further down each step reaches, `td`; 0 or more.
    public init(steps: Int = 3, timeDifference: Int = 1) {
        checkShape(steps >= 1 && timeDifference >= 0, "no sampling in \(steps) steps with a time difference of \(timeDifference)")
        (self.steps, self.timeDifference) = (steps, timeDifference)
    }

    /// The steps, from the first to the last.
    public var intervals: [SamplingInterval] {
        (0..<steps).map { step in
            SamplingInterval(now: time(after: step), next: time(after: step + 1 + timeDifference))
        }
    }

    /// The time after so many steps: `1 - passed / S`, between 0 and the latest time in use.
    private func time(after passed: Int) -> Double {
        min(Double(max(0, steps - passed)) / Double(steps), NoiseSchedule.latestTime)
    }
}

/// The times of one reverse step: from t to an earlier s.
public struct SamplingInterval: Sendable, Hashable, Codable {
    /// The time t at which the denoiser sees the mask.
    public let now: Double
    /// The time s to which the step takes the mask, not after `now`.
    public let next: Double

    /// A step between two times, both from 0 to 1.
    ///
    /// - Precondition: `next <= now`.
    public init(now: Double, next: Double) {
        checkTime(now)
        checkTime(next)
        checkShape(next <= now, "a sampling step runs from a time to an earlier one, not from \(now) to \(next)")
        (self.now, self.next) = (now, next)
    }
}
