public import DMTensors

/// The softmax cross-entropy of each element: minus the logarithm of its target's probability.
///
/// `loss = log(sum over k of exp(logits[k])) - logits[target]`.
///
/// - Parameters:
///   - logits: One number for each class, `[..., k]`.
///   - targets: The class of each element `[...]`, in `0 ..< k` or the ignored label.
///   - ignored: The label of elements without a target.
/// - Returns: The losses `[...]`, zero where the label is ignored.
/// - Precondition: Every target is a class or ignored.
public func softmaxCrossEntropy<Scalar: FloatingPointScalar>(
    _ logits: Variable<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32 = 255
) -> Variable<Scalar> {
    .apply(.softmaxCrossEntropy, logits) { logits in
        let (losses, normalizers) = softmaxCrossEntropyParts(logits, targets, ignoring: ignored)
        return (
            losses,
            {
                softmaxCrossEntropyGradient(
                    of: $0, logits: logits, targets: targets, normalizers: normalizers, ignoring: ignored)
            }
        )
    }
}

/// The softmax cross-entropy of logits that are first upsampled bilinearly to the size of their targets.
///
/// Logits at full size are never materialized, neither forward nor backward.
///
/// - Parameters:
///   - logits: One number for each class, `[n, h, w, k]`.
///   - targets: The class of each pixel `[n, height, width]`, in `0 ..< k` or the ignored label.
///   - alignsCorners: Whether the centers of the corner pixels stay in place.
///   - ignored: The label of pixels without a target.
/// - Returns: The losses `[n, height, width]`, zero where the label is ignored.
/// - Precondition: Every target is a class or ignored; the logits have pixels.
public func resizedCrossEntropy<Scalar: FloatingPointScalar>(
    _ logits: Variable<Scalar>, _ targets: Tensor<Int32>, alignsCorners: Bool, ignoring ignored: Int32 = 255
) -> Variable<Scalar> {
    .apply(.resizedCrossEntropy, logits) { logits in
        (
            resizedCrossEntropy(logits, targets, alignsCorners: alignsCorners, ignoring: ignored),
            {
                resizedCrossEntropyGradient(
                    of: $0, logits: logits, targets: targets, alignsCorners: alignsCorners, ignoring: ignored)
            }
        )
    }
}

/// The negative log-likelihood of each element's target, weighted by class.
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
