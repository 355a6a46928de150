import CDMKernels

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
    _ logits: Tensor<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32 = 255
) -> Tensor<Scalar> {
    softmaxCrossEntropyParts(logits, targets, ignoring: ignored).losses
}

/// The losses, and `log(sum(exp(logits)))` of each element, which the gradient needs.
package func softmaxCrossEntropyParts<Scalar: FloatingPointScalar>(
    _ logits: Tensor<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32
) -> (losses: Tensor<Scalar>, normalizers: Tensor<Scalar>) {
    require(
        logits.rank > 0 && logits.shape.dropLast() == targets.shape[...],
        "cross-entropy needs one target for each element: logits have the shape \(logits.shape), targets \(targets.shape)")
    let kernels = Scalar.kernelTables.network
    let classes = logits.shape[logits.rank - 1]
    let losses = Storage<Scalar>(count: targets.count)
    let normalizers = Storage<Scalar>(count: targets.count)
    withElements(of: logits, targets) { logits, targets in
        Parallelism.forEachChunk(of: losses.elements.count, size: max(1, 8192 / max(1, classes))) { rows in
            let wrong = kernels.cross_entropy(
                logits + rows.lowerBound * classes, targets + rows.lowerBound, losses.address + rows.lowerBound,
                normalizers.address + rows.lowerBound, rows.count, classes, ignored)
            require(wrong == 0, "cross-entropy over \(classes) classes is handed \(wrong) targets that are no class")
        }
    }
    return (Tensor(shape: targets.shape, storage: losses), Tensor(shape: targets.shape, storage: normalizers))
}

/// The gradient of `softmaxCrossEntropy` with respect to the logits: `gradient * (softmax(logits) - [k == target])`.
package func softmaxCrossEntropyGradient<Scalar: FloatingPointScalar>(
    of gradient: Tensor<Scalar>, logits: Tensor<Scalar>, targets: Tensor<Int32>, normalizers: Tensor<Scalar>,
    ignoring ignored: Int32
) -> Tensor<Scalar> {
    let kernels = Scalar.kernelTables.network
    let classes = logits.shape[logits.rank - 1]
    let output = Storage<Scalar>(count: logits.count)
    let count = targets.count
    withElements(of: gradient, logits, targets, normalizers) { gradient, logits, targets, normalizers in
        Parallelism.forEachChunk(of: count, size: max(1, 8192 / max(1, classes))) { rows in
            let i = rows.lowerBound
            kernels.cross_entropy_gradient(
                logits + i * classes, targets + i, normalizers + i, gradient + i, output.address + i * classes, rows.count,
                classes, ignored)
        }
    }
    return Tensor(shape: logits.shape, storage: output)
}
