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
        Parallelism.forEachChunk(of: shape.batch * heads * blocks, size: 1) { jobs in
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
        Parallelism.forEachChunk(of: shape.batch * heads, size: 1) { items in
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
