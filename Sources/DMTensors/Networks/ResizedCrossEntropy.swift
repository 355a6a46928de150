import CDMKernels

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
            Parallelism.forEachChunk(of: targets.shape[0] * height, size: size) { rows in
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
            Parallelism.forEachChunk(of: targets.shape[0], size: 1) { images in
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
