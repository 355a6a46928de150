public import DMTensors

/// Attention with several heads: each query's mean of the values, weighted by the softmax of its products with the keys.
///
/// `y = softmax(q kᵀ / sqrt(c)) v` for each image and head. Vaswani et al., *Attention Is All You Need*,
/// NeurIPS 2017, equation 1. Neither forward nor backward holds the matrix of probabilities.
///
/// - Parameters:
///   - queries: `[b, n, heads * c]`.
///   - keys: `[b, m, heads * c]`.
///   - values: `[b, m, heads * c]`.
///   - heads: The number of heads that share the channels.
/// - Returns: The weighted means `[b, n, heads * c]`.
/// - Precondition: There is at least one key.
public func softmaxAttention<Scalar: FloatingPointScalar>(
    queries: Variable<Scalar>, keys: Variable<Scalar>, values: Variable<Scalar>, heads: Int
) -> Variable<Scalar> {
    .apply(.softmaxAttention, [queries, keys, values]) { operands, _ in
        let (queries, keys, values) = (operands[0], operands[1], operands[2])
        let (output, normalizers) = softmaxAttentionParts(queries: queries, keys: keys, values: values, heads: heads)
        return (
            output,
            { gradient in
                let (dqueries, dkeys, dvalues) = softmaxAttentionGradients(
                    of: gradient, queries: queries, keys: keys, values: values, heads: heads, output: output,
                    normalizers: normalizers)
                return [dqueries, dkeys, dvalues]
            }
        )
    }
}
