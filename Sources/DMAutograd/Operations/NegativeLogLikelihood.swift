public import DMTensors

/// Minus the logarithm of the probability of each element's target, weighted by class.
///
/// `loss = -weights[target] * logProbabilities[target]`, 0 where the target is ignored. Of `logSoftmax()` it is the
/// cross-entropy with weights; without weights `softmaxCrossEntropy` is faster.
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
    _ logProbabilities: Variable<Scalar>, _ targets: Tensor<Int32>, weights: Tensor<Scalar>? = nil, ignoring ignored: Int32? = nil,
    reduction: LossReduction = .mean
) -> Variable<Scalar> {
    .apply(.negativeLogLikelihood, logProbabilities) { x in
        let picked = PickedTargets(x.shape, targets, weights: weights, ignoring: ignored, reduction)
        return (picked.losses(x), { picked.gradient($0) })
    }
}
