public import DMTensors
import Foundation

/// The debiased adjustment: a shift of the logits that undoes the bias of the training targets toward frequent classes.
///
/// It is *logit adjustment* (Menon et al., *Long-tail learning via logit adjustment*, ICLR 2021) at each step of the
/// reverse process. Let `q` be the class distribution of the training targets and `q*` the wanted one. The forward process
/// does not depend on the class distribution, so by Bayes' rule the exact posterior under `q*` is the trained one times
/// `q*(k) / q(k)`, at every step:
///
///     l*_k = l_k + tau w(t) (log q*(k) - log q(k))
///
/// `tau = 1` and `w = 1` are exact. In the mode `training` the opposite shift, `tau (log q - log q*)`, is added inside the
/// cross-entropy instead, and the network's own logits then have no bias. It is one or the other: both would count twice.
///
/// Full correction to a uniform target is best for the mean recall. The mean IoU on a test set with rare classes asks for
/// less, `tau < 1`, chosen on validation data.
///
/// ```swift
/// let half = DebiasedAdjustment(mode: .sampling, strength: 0.5)                   // half of the exact shift
/// let inLoss = DebiasedAdjustment(mode: .training)                                // logit-adjusted cross-entropy
/// let other = DebiasedAdjustment(target: .given([0.5, 0.3, 0.2]))                 // another wanted distribution
/// ```
///
/// Source: Sun et al., *Towards Unbiased Learning in Semi-Supervised Semantic Segmentation*, ICLR 2025; the time factor
/// also in Qin et al., *Class-Balancing Diffusion Models*, CVPR 2023.
public struct DebiasedAdjustment: Sendable, Equatable, Codable {
    /// Where the shift is applied: at one place at most.
    public var mode: Mode
    /// How much of the exact shift is applied, `tau`; 0 or more.
    public var strength: Double
    /// How the shift depends on the time of a sampling step.
    public var timeWeight: TimeWeight
    /// The wanted class distribution `q*`.
    public var target: Target
    /// Which sampled masks are adjusted; training knows no such difference.
    public var appliesTo: Scope
    /// The largest absolute value of `log q* - log q`: a class that never occurred would win everywhere otherwise.
    public var maximumShift: Double

    /// No adjustment.
    public static let off = DebiasedAdjustment(mode: .off)

    /// An adjustment; by default the exact one to a uniform target, at each sampling step.
    ///
    /// - Parameters:
    ///   - mode: Where the shift is applied.
    ///   - strength: How much of the exact shift is applied, `tau`; 0 or more.
    ///   - timeWeight: How the shift depends on the time of a sampling step.
    ///   - target: The wanted class distribution.
    ///   - appliesTo: Which sampled masks are adjusted.
    ///   - maximumShift: The largest absolute value of `log q* - log q`, in nats; 0 or more.
    public init(
        mode: Mode = .sampling, strength: Double = 1, timeWeight: TimeWeight = .constant, target: Target = .uniform,
        appliesTo: Scope = .both, maximumShift: Double = 3
    ) {
        require(
            strength >= 0 && maximumShift >= 0, "an adjustment of strength \(strength), at most \(maximumShift), has no meaning")
        (self.mode, self.strength, self.timeWeight) = (mode, strength, timeWeight)
        (self.target, self.appliesTo, self.maximumShift) = (target, appliesTo, maximumShift)
    }

    /// Whether masks sampled for this use are adjusted at each step.
    public func shiftsSampling(for use: Use) -> Bool { mode == .sampling && appliesTo.contains(use) }

    /// What is added to the logits at a sampling step: `tau w(t) (log q* - log q)` `[K]`; zeros unless the mode is
    /// `sampling`.
    ///
    /// - Parameters:
    ///   - prior: The class distribution `q` of the training targets.
    ///   - time: The time of the step, from 0 to 1.
    /// - Throws: ``DebiasedAdjustmentError`` if the target does not fit the classes.
    public func samplingShift(against prior: ClassPrior, at time: Double) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        checkTime(time)
        return try shift(in: .sampling, factor: strength * timeWeight(at: time), prior: prior)
    }

    /// What is added to the logits inside the training loss: `tau (log q - log q*)` `[K]`; zeros unless the mode is
    /// `training`.
    ///
    /// - Parameter prior: The class distribution `q` of the training targets.
    /// - Throws: ``DebiasedAdjustmentError`` if the target does not fit the classes.
    public func trainingShift(against prior: ClassPrior) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        try shift(in: .training, factor: -strength, prior: prior)
    }

    private func shift(in place: Mode, factor: Double, prior: ClassPrior) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        guard mode == place else { return Tensor(repeating: 0, shape: [prior.classCount]) }
        let wanted = try target.probabilities(classCount: prior.classCount)
        return Tensor(
            zip(wanted, prior.probabilities).map { wanted, present in
                Float(factor * min(max(log(wanted) - log(present), -maximumShift), maximumShift))
            })
    }

    private func timeWeight(at time: Double) -> Double {
        switch timeWeight {
        case .constant: 1
        case .time: time
        }
    }
}

extension DebiasedAdjustment {
    /// Where the shift is applied: at one place at most.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// Nowhere.
        case off
        /// At each sampling step.
        case sampling
        /// Inside the training loss, with the opposite sign.
        case training
    }

    /// How the shift depends on the time of a sampling step.
    public enum TimeWeight: String, Sendable, Codable, CaseIterable {
        /// Not at all, `w(t) = 1`; exact.
        case constant
        /// In proportion, `w(t) = t`.
        case time
    }

    /// What sampled masks are for.
    public enum Use: String, Sendable, Codable, CaseIterable {
        /// Pseudo-labels that the teacher makes for training.
        case teacher
        /// Predictions, in evaluation and in use.
        case prediction
    }

    /// Which sampled masks are adjusted.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// Pseudo-labels alone.
        case teacher
        /// Predictions alone.
        case prediction
        /// Pseudo-labels and predictions.
        case both

        /// Whether masks for this use are adjusted.
        public func contains(_ use: Use) -> Bool {
            switch self {
            case .teacher: use == .teacher
            case .prediction: use == .prediction
            case .both: true
            }
        }
    }

    /// The wanted class distribution `q*`.
    public enum Target: Sendable, Equatable, Codable {
        /// All classes equally often.
        case uniform
        /// In proportion to the given numbers, one for each class, each above 0.
        case given([Double])

        /// The probabilities of the classes, with the sum 1.
        ///
        /// - Throws: ``DebiasedAdjustmentError`` if the given numbers are not one for each class, or not all above 0.
        public func probabilities(classCount: Int) throws(DebiasedAdjustmentError) -> [Double] {
            switch self {
            case .uniform:
                return Array(repeating: 1 / Double(classCount), count: classCount)
            case .given(let weights):
                guard weights.count == classCount else { throw .targetCount(expected: classCount, found: weights.count) }
                if let label = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
                    throw .targetWeight(label: label, found: weights[label])
                }
                let sum = weights.reduce(0, +)
                return weights.map { $0 / sum }
            }
        }
    }
}

/// Why a debiased adjustment cannot be applied.
public enum DebiasedAdjustmentError: Error, Equatable, CustomStringConvertible {
    /// The target does not hold one number for each class.
    case targetCount(expected: Int, found: Int)
    /// A number of the target is not above 0 or not finite.
    case targetWeight(label: Int, found: Double)

    /// What is wrong, in one sentence.
    public var description: String {
        switch self {
        case .targetCount(let expected, let found):
            "the target of the debiased adjustment has \(found) numbers for \(expected) classes"
        case .targetWeight(let label, let found):
            "the target of the debiased adjustment gives class \(label) the share \(found); it must be above 0 and finite"
        }
    }
}
