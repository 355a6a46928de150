/// Why a debiased adjustment cannot be applied.
public enum DebiasedAdjustmentError: Error, Equatable, CustomStringConvertible {
    /// Sampling and training would both apply the adjustment, which would then count twice.
    case countedTwice
    /// The target does not hold one number for each class.
    case targetCount(expected: Int, found: Int)
    /// A number of the target is not above 0 or not finite.
    case targetWeight(label: Int, found: Double)

    /// What is wrong, in one sentence.
    public var description: String {
        switch self {
        case .countedTwice:
            "the debiased adjustment is applied either at sampling or in training; in both it would count twice"
        case .targetCount(let expected, let found):
            "the target of the debiased adjustment has \(found) numbers for \(expected) classes"
        case .targetWeight(let label, let found):
            "the target of the debiased adjustment gives class \(label) the share \(found); it must be above 0 and finite"
        }
    }
}
