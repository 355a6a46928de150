/// How the losses of many elements become one.
public enum LossReduction: Sendable, Hashable, CaseIterable {
    /// Each element keeps its own.
    case none
    /// They are added up.
    case sum
    /// They are added up and divided by the sum of their weights.
    case mean
}

/// Minus the logarithm of the probability of each element's target, weighted by class.
///
/// `loss = -weights[target] * logProbabilities[target]`, 0 where the target is ignored.
///
/// - Parameters:
///   - logProbabilities: One number for each class, `[..., k]`.
///   - targets: The class of each element `[...]`, in `0 ..< k` or the ignored label.
///   - weights: The weight of each class `[k]`; 1 by default.
///   - ignored: The label of elements without a target, if there are any.
///   - reduction: What becomes of the elements' losses; the mean is that of those that are not ignored.
/// - Returns: The losses `[...]`, or one number.
/// - Precondition: Every target is a class or ignored.
public func negativeLogLikelihood<Scalar: FloatingPointScalar>(
    _ logProbabilities: Tensor<Scalar>, _ targets: Tensor<Int32>, weights: Tensor<Scalar>? = nil, ignoring ignored: Int32? = nil,
    reduction: LossReduction = .mean
) -> Tensor<Scalar> {
    let picked = PickedTargets(logProbabilities.shape, targets, weights: weights, ignoring: ignored, reduction)
    return picked.losses(logProbabilities)
}

/// The targets of a negative log-likelihood: where they lie, and how much each counts.
package struct PickedTargets<Scalar: FloatingPointScalar>: Sendable {
    private let shape: [Int]
    private let targetShape: [Int]
    private let reduction: LossReduction
    /// Where the target of each element lies in the probabilities, `[n]`.
    private let elements: Tensor<Int32>
    /// The weight of each element in the result, `[n]`.
    private let factors: Tensor<Scalar>

    package init(
        _ shape: [Int], _ targets: Tensor<Int32>, weights: Tensor<Scalar>?, ignoring ignored: Int32?, _ reduction: LossReduction
    ) {
        let classes = shape.last ?? 0
        require(
            !shape.isEmpty && shape.dropLast() == targets.shape[...] && (weights.map { $0.shape == [classes] } ?? true),
            "a log-likelihood needs one target for each element and a weight for each class: "
                + "probabilities have the shape \(shape), targets \(targets.shape), weights \(weights?.shape ?? [classes])")
        let (labels, weights) = (targets.scalars, weights?.scalars)
        let wrong = labels.count { $0 != ignored && !(0..<classes).contains(Int($0)) }
        require(wrong == 0, "a log-likelihood over \(classes) classes is handed \(wrong) targets that are no class")
        let counted = labels.map { $0 == ignored ? 0 : weights?[Int($0)] ?? 1 }
        elements = Tensor(labels.enumerated().map { Int32($0 * classes) + ($1 == ignored ? 0 : $1) })
        factors = reduction == .mean ? Tensor(counted) / Tensor(counted).sum() : Tensor(counted)
        (self.shape, targetShape, self.reduction) = (shape, targets.shape, reduction)
    }

    package func losses(_ logProbabilities: Tensor<Scalar>) -> Tensor<Scalar> {
        let picked = logProbabilities.reshaped(to: [logProbabilities.count, 1]).gathered(rows: elements).reshaped(to: [elements.count])
        // What is ignored may be minus infinity, which times 0 is no number.
        let losses = select(where: factors.isEqual(to: 0), Tensor(0), -(picked * factors))
        return reduction == .none ? losses.reshaped(to: targetShape) : Tensor(losses.sum())
    }

    /// The gradient of the log-probabilities, given that of the losses.
    package func gradient(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
        let all = reduction == .none ? gradient.reshaped(to: [elements.count]) : gradient.reshaped(to: [])
        return (-(factors * all)).reshaped(to: [elements.count, 1]).scatteredAdd(rows: elements, count: shape.reduce(1, *))
            .reshaped(to: shape)
    }
}
