import CDMKernels

/// Attention with several heads: each query's mean of the values, weighted by the softmax of its products with the keys.
///
/// `y = softmax(q kᵀ / sqrt(c)) v` for each image and head. Vaswani et al., *Attention Is All You Need*,
/// NeurIPS 2017, equation 1. Worked out in blocks, so that memory grows with n, not with n * m.
///
/// - Parameters:
///   - queries: `[b, n, heads * c]`.
///   - keys: `[b, m, heads * c]`.
///   - values: `[b, m, heads * c]`.
///   - heads: The number of heads that share the channels.
/// - Returns: The weighted means `[b, n, heads * c]`.
/// - Precondition: There is at least one key.
public func softmaxAttention<Scalar: FloatingPointScalar>(
    queries: Tensor<Scalar>, keys: Tensor<Scalar>, values: Tensor<Scalar>, heads: Int
) -> Tensor<Scalar> {
    softmaxAttentionParts(queries: queries, keys: keys, values: values, heads: heads).output
}

/// The result of attention, and `log(sum(exp(scores)))` of each query `[b * heads, n]`, which the gradients need.
package func softmaxAttentionParts<Scalar: FloatingPointScalar>(
    queries: Tensor<Scalar>, keys: Tensor<Scalar>, values: Tensor<Scalar>, heads: Int
) -> (output: Tensor<Scalar>, normalizers: Tensor<Scalar>) {
    let shape = dm_attention_shape(queries: queries.shape, keys: keys.shape, values: values.shape, heads: heads)
    let kernels = Scalar.kernelTables.network
    let output = Storage<Scalar>(count: queries.count)
    let normalizers = Storage<Scalar>(count: shape.batch * heads * shape.queries)
    let blockSize = 256
    let blocks = (shape.queries + blockSize - 1) / blockSize
    withElements(of: queries, keys, values) { queries, keys, values in
        Parallelism.forEachUncheckedChunk(of: shape.batch * heads * blocks, size: 1) { jobs in
            for job in jobs {
                let (item, first) = (job / blocks, job % blocks * blockSize)
                let end = min(first + blockSize, shape.queries)
                withScratch(kernels.attention_scratch(shape, end - first)) { scratch in
                    kernels.attention(
                        queries, keys, values, output.address, normalizers.address, shape, item, first, end, scratch)
                }
            }
        }
    }
    return (
        Tensor(shape: [shape.batch, shape.queries, heads * shape.channels], storage: output),
        Tensor(shape: [shape.batch * heads, shape.queries], storage: normalizers)
    )
}

/// The gradients of `softmaxAttention`, given that of its result.
///
/// The probabilities are worked out again from the normalizers. Each head of each image is one
/// thread's, so sums have one order.
package func softmaxAttentionGradients<Scalar: FloatingPointScalar>(
    of gradient: Tensor<Scalar>, queries: Tensor<Scalar>, keys: Tensor<Scalar>, values: Tensor<Scalar>, heads: Int,
    output: Tensor<Scalar>, normalizers: Tensor<Scalar>
) -> (queries: Tensor<Scalar>, keys: Tensor<Scalar>, values: Tensor<Scalar>) {
    let shape = dm_attention_shape(queries: queries.shape, keys: keys.shape, values: values.shape, heads: heads)
    let kernels = Scalar.kernelTables.network
    let dqueries = Storage<Scalar>(count: queries.count)
    let dkeys = Storage<Scalar>(count: keys.count)
    let dvalues = Storage<Scalar>(count: values.count)
    withElements(of: queries, keys, values, output, normalizers, gradient) {
        queries, keys, values, output, normalizers, gradient in
        Parallelism.forEachUncheckedChunk(of: shape.batch * heads, size: 1) { items in
            for item in items {
                withScratch(kernels.attention_gradient_scratch(shape)) { scratch in
                    kernels.attention_gradient(
                        queries, keys, values, output, normalizers, gradient, dqueries.address, dkeys.address,
                        dvalues.address, shape, item, scratch)
                }
            }
        }
    }
    return (
        Tensor(shape: [shape.batch, shape.queries, heads * shape.channels], storage: dqueries),
        Tensor(shape: [shape.batch, shape.keys, heads * shape.channels], storage: dkeys),
        Tensor(shape: [shape.batch, shape.keys, heads * shape.channels], storage: dvalues)
    )
}

extension dm_attention_shape {
    fileprivate init(queries: [Int], keys: [Int], values: [Int], heads: Int) {
        require(
            queries.count == 3 && keys.count == 3 && keys == values && queries[0] == keys[0] && queries[2] == keys[2]
                && heads > 0 && queries[2] % heads == 0 && keys[1] > 0,
            "attention with \(heads) heads cannot join queries \(queries), keys \(keys) and values \(values)")
        self.init(batch: queries[0], queries: queries[1], keys: keys[1], heads: heads, channels: queries[2] / heads)
    }
}

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
        Parallelism.forEachUncheckedChunk(of: shape.batch * shape.queries, size: max(1, 65536 / work)) { queries in
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
        Parallelism.forEachUncheckedChunk(of: shape.batch * shape.heads, size: max(1, headsInChunk)) { heads in
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
