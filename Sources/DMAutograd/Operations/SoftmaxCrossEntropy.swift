public import DMTensors

/// The cross-entropy of `softmax(logits)` for each element: minus the logarithm of its target's probability.
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
