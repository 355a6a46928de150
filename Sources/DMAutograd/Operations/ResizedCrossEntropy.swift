public import DMTensors

/// The cross-entropy of logits enlarged to the size of their targets: `softmaxCrossEntropy` behind `resized`.
///
/// Logits at full size never exist, neither forward nor backward.
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
