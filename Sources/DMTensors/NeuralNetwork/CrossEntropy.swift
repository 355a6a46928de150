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
        Parallelism.forEachUncheckedChunk(of: losses.elements.count, size: max(1, 8192 / max(1, classes))) { rows in
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
        Parallelism.forEachUncheckedChunk(of: count, size: max(1, 8192 / max(1, classes))) { rows in
            let i = rows.lowerBound
            kernels.cross_entropy_gradient(
                logits + i * classes, targets + i, normalizers + i, gradient + i, output.address + i * classes, rows.count,
                classes, ignored)
        }
    }
    return Tensor(shape: logits.shape, storage: output)
}

/// The cross-entropy of logits enlarged to the size of their targets: `softmaxCrossEntropy` behind `resized`.
///
/// Logits at full size never exist: they are made a row of pixels at a time, in the cache.
///
/// - Parameters:
///   - logits: One number for each class, `[n, h, w, k]`.
///   - targets: The class of each pixel `[n, height, width]`, in `0 ..< k` or the ignored label.
///   - alignsCorners: Whether the centers of the corner pixels stay in place.
///   - ignored: The label of pixels without a target.
/// - Returns: The losses `[n, height, width]`, zero where the label is ignored.
/// - Precondition: Every target is a class or ignored; the logits have pixels.
public func resizedCrossEntropy<Scalar: FloatingPointScalar>(
    _ logits: Tensor<Scalar>, _ targets: Tensor<Int32>, alignsCorners: Bool, ignoring ignored: Int32 = 255
) -> Tensor<Scalar> {
    require(
        logits.rank == 4 && targets.rank == 3 && logits.shape[0] == targets.shape[0] && logits.shape[1] > 0 && logits.shape[2] > 0,
        "cross-entropy of enlarged logits \(logits.shape) needs one map of targets for each image, not \(targets.shape)")
    let kernels = Scalar.kernelTables.network
    let (height, width, classes) = (targets.shape[1], targets.shape[2], logits.shape[3])
    let losses = Storage<Scalar>(count: targets.count)
    withElements(of: logits, targets) { x, targetElements in
        withMaps(of: logits, targets, alignsCorners: alignsCorners) { vertical, horizontal in
            let size = max(1, 8192 / max(1, width * classes))
            Parallelism.forEachUncheckedChunk(of: targets.shape[0] * height, size: size) { rows in
                withScratch(kernels.resized_loss_scratch(logits.shape[2], width, classes)) { scratch in
                    let wrong = kernels.resized_cross_entropy(
                        x, targetElements, losses.address, vertical, horizontal, classes, ignored, rows.lowerBound, rows.upperBound,
                        scratch)
                    require(wrong == 0, "cross-entropy over \(classes) classes is handed \(wrong) targets that are no class")
                }
            }
        }
    }
    return Tensor(shape: targets.shape, storage: losses)
}

/// The gradient of `resizedCrossEntropy` with respect to the logits. The enlarged logits are made again; each image is
/// one thread's, so sums have one order.
package func resizedCrossEntropyGradient<Scalar: FloatingPointScalar>(
    of gradient: Tensor<Scalar>, logits: Tensor<Scalar>, targets: Tensor<Int32>, alignsCorners: Bool, ignoring ignored: Int32
) -> Tensor<Scalar> {
    let kernels = Scalar.kernelTables.network
    let (width, classes) = (targets.shape[2], logits.shape[3])
    let dx = Storage<Scalar>(count: logits.count)
    withElements(of: logits, targets, gradient) { x, targetElements, gradient in
        withMaps(of: logits, targets, alignsCorners: alignsCorners) { vertical, horizontal in
            Parallelism.forEachUncheckedChunk(of: targets.shape[0], size: 1) { images in
                withScratch(kernels.resized_loss_scratch(logits.shape[2], width, classes)) { scratch in
                    kernels.resized_cross_entropy_gradient(
                        x, targetElements, gradient, dx.address, vertical, horizontal, classes, ignored, images.lowerBound,
                        images.upperBound, scratch)
                }
            }
        }
    }
    return Tensor(shape: logits.shape, storage: dx)
}

private func withMaps<Scalar>(
    of logits: Tensor<Scalar>, _ targets: Tensor<Int32>, alignsCorners: Bool, _ body: (dm_axis_map, dm_axis_map) -> Void
) {
    AxisMap(linearFrom: logits.shape[1], to: targets.shape[1], alignsCorners: alignsCorners).withKernelMap { vertical in
        AxisMap(linearFrom: logits.shape[2], to: targets.shape[2], alignsCorners: alignsCorners).withKernelMap { body(vertical, $0) }
    }
}

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
        let losses = select(where: factors .== 0, Tensor(0), -(picked * factors))
        return reduction == .none ? losses.reshaped(to: targetShape) : Tensor(losses.sum())
    }

    /// The gradient of the log-probabilities, given that of the losses.
    package func gradient(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
        let all = reduction == .none ? gradient.reshaped(to: [elements.count]) : gradient.reshaped(to: [])
        return (-(factors * all)).reshaped(to: [elements.count, 1]).scatteredAdd(rows: elements, count: shape.reduce(1, *))
            .reshaped(to: shape)
    }
}
