public import DMTensors
import Foundation

/// The debiased adjustment: a shift of the logits that undoes the bias of the training targets to frequent classes.
///
/// Let `q` be the class distribution of the targets that training saw, and `q*` the wanted one. The
/// forward process does not depend on the class distribution, so by Bayes' rule the exact posterior
/// under `q*` is the trained one times `q*(k) / q(k)`, at every sampling step:
///
///     l*_k = l_k + tau w(t) (log q*(k) - log q(k))
///
/// `tau = 1` and `w = 1` are exact. In training the opposite shift `tau (log q - log q*)` is added
/// inside the cross-entropy instead, which leaves the raw logits without bias (Menon et al., *Long-tail
/// learning via logit adjustment*, ICLR 2021). Both together would count twice, and are refused.
///
/// Full correction to a uniform target is best for the mean recall; the mean IoU on a test set with
/// rare classes asks for less, `tau < 1`, to be chosen on validation data.
///
/// Source: Sun et al., *Toward Unbiased Learning in Semi-Supervised Semantic Segmentation*, ICLR 2025;
/// the time factor also in Qin et al., *Class-Balancing Diffusion Models*, CVPR 2023.
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

    /// An adjustment; by default the exact one to a uniform target.
    ///
    /// - Parameters:
    ///   - mode: Where the shift is applied.
    ///   - strength: How much of the exact shift is applied, `tau`; 0 or more.
    ///   - timeWeight: How the shift depends on the time of a sampling step.
    ///   - target: The wanted class distribution.
    ///   - appliesTo: Which sampled masks are adjusted.
    ///   - maximumShift: The largest absolute value of `log q* - log q`, in nats; 0 or more.
    public init(
        mode: Mode, strength: Double = 1, timeWeight: TimeWeight = .constant, target: Target = .uniform,
        appliesTo: Scope = .both, maximumShift: Double = 3
    ) {
        require(
            strength >= 0 && maximumShift >= 0, "an adjustment of strength \(strength), at most \(maximumShift), has no meaning")
        (self.mode, self.strength, self.timeWeight) = (mode, strength, timeWeight)
        (self.target, self.appliesTo, self.maximumShift) = (target, appliesTo, maximumShift)
    }

    /// Whether masks sampled for this use are adjusted at each step.
    public func shiftsSampling(for use: Use) -> Bool { mode == .sampling && appliesTo.contains(use) }

    /// What is added to the logits at a sampling step: `tau w(t) (log q* - log q)` `[K]`; zeros if the mode is `off`.
    ///
    /// - Parameters:
    ///   - prior: The class distribution `q` of the training targets.
    ///   - time: The time of the step, from 0 to 1.
    /// - Throws: `DebiasedAdjustmentError.countedTwice` if training applies the adjustment already, another case if the
    ///   target does not fit the classes.
    public func samplingShift(against prior: ClassPrior, at time: Double) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        checkTime(time)
        return try shift(in: .sampling, factor: strength * timeWeight(at: time), prior: prior)
    }

    /// What is added to the logits inside the training loss: `tau (log q - log q*)` `[K]`; zeros if the mode is `off`.
    ///
    /// - Parameter prior: The class distribution `q` of the training targets.
    /// - Throws: `DebiasedAdjustmentError.countedTwice` if sampling applies the adjustment already, another case if the
    ///   target does not fit the classes.
    public func trainingShift(against prior: ClassPrior) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        try shift(in: .training, factor: -strength, prior: prior)
    }

    private func shift(in place: Mode, factor: Double, prior: ClassPrior) throws(DebiasedAdjustmentError) -> Tensor<Float> {
        guard mode != .off else { return Tensor(repeating: 0, shape: [prior.classCount]) }
        guard mode == place else { throw .countedTwice }
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
