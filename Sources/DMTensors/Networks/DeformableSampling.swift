import CDMKernels

/// Values read at fractional positions and added up with weights, head by head.
///
/// `y[b, q, head, :] = sum over points p of weights[b, q, head, p] * values[b, positions[b, q, head, p], head, :]`,
/// where a value between pixels is interpolated bilinearly and is zero outside the grid. The core of
/// deformable attention: Zhu et al., *Deformable DETR*, ICLR 2021, equation 2, for one feature level.
///
/// - Parameters:
///   - values: The feature map `[b, h, w, heads * c]`.
///   - positions: Where to read, `[b, q, heads, points, 2]`: x and y in pixels of the map, (0, 0) the center of
///     its first pixel.
///   - weights: The weight of each point `[b, q, heads, points]`.
/// - Returns: The sums `[b, q, heads * c]`.
/// - Precondition: The feature map has pixels.
public func deformableSampled<Scalar: FloatingPointScalar>(
    values: Tensor<Scalar>, positions: Tensor<Scalar>, weights: Tensor<Scalar>
) -> Tensor<Scalar> {
    let shape = dm_sampling_shape(values: values.shape, positions: positions.shape, weights: weights.shape)
    let kernels = Scalar.kernelTables.network
    let output = Storage<Scalar>(count: shape.batch * shape.queries * shape.heads * shape.channels)
    withElements(of: values, positions, weights) { values, positions, weights in
        let work = max(1, shape.heads * shape.points * (shape.channels + 8))
        Parallelism.forEachChunk(of: shape.batch * shape.queries, size: max(1, 65536 / work)) { queries in
            kernels.sample(
                values, positions, weights, output.address, shape, queries.lowerBound, queries.upperBound)
        }
    }
    return Tensor(shape: [shape.batch, shape.queries, shape.heads * shape.channels], storage: output)
}

/// The gradients of `deformableSampled`, given that of its result.
///
/// Gradients of values are scattered; each head of each image is one thread's, so sums have one order.
package func deformableSamplingGradients<Scalar: FloatingPointScalar>(
    of gradient: Tensor<Scalar>, values: Tensor<Scalar>, positions: Tensor<Scalar>, weights: Tensor<Scalar>
) -> (values: Tensor<Scalar>, positions: Tensor<Scalar>, weights: Tensor<Scalar>) {
    let shape = dm_sampling_shape(values: values.shape, positions: positions.shape, weights: weights.shape)
    let kernels = Scalar.kernelTables.network
    let dvalues = Storage<Scalar>(count: values.count)
    let dpositions = Storage<Scalar>(count: positions.count)
    let dweights = Storage<Scalar>(count: weights.count)
    // Neighboring heads share cache lines, so whole images are best where there are enough of them.
    let headsInChunk = shape.batch >= 8 ? shape.heads : (shape.heads + 1) / 2
    withElements(of: values, positions, weights, gradient) { values, positions, weights, gradient in
        Parallelism.forEachChunk(of: shape.batch * shape.heads, size: max(1, headsInChunk)) { heads in
            kernels.sample_gradient(
                values, positions, weights, gradient, dvalues.address, dpositions.address, dweights.address, shape,
                heads.lowerBound, heads.upperBound)
        }
    }
    return (
        Tensor(shape: values.shape, storage: dvalues), Tensor(shape: positions.shape, storage: dpositions),
        Tensor(shape: weights.shape, storage: dweights)
    )
}

extension dm_sampling_shape {
    fileprivate init(values: [Int], positions: [Int], weights: [Int]) {
        require(
            values.count == 4 && positions.count == 5 && weights.count == 4 && positions == weights + [2]
                && values[0] == weights[0] && weights[2] > 0 && values[3] % weights[2] == 0 && values[1] > 0 && values[2] > 0,
            "cannot sample values of shape \(values) at positions of shape \(positions) with weights of shape \(weights)")
        self.init(
            batch: values[0], height: values[1], width: values[2], queries: weights[1], heads: weights[2],
            points: weights[3], channels: values[3] / weights[2])
    }
}
