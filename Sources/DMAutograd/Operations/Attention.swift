public import DMTensors

/// Multi-head scaled dot-product attention: each query's mean of the values, weighted by the softmax of its products with
/// the keys.
///
/// `y = softmax(q kᵀ / sqrt(c)) v` for each image and head. Vaswani et al., *Attention Is All You Need*,
/// NeurIPS 2017, equation 1. The matrix of attention weights is never materialized, neither forward nor backward.
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

/// Deformable attention's sampling: values read at fractional positions and summed with weights, head by head.
///
/// `y[b, q, head, :] = sum over points p of weights[b, q, head, p] * values[b, positions[b, q, head, p], head, :]`,
/// where a value between pixels is interpolated bilinearly and is zero outside the grid.
/// Zhu et al., *Deformable DETR*, ICLR 2021, equation 2, for one feature level.
///
/// - Parameters:
///   - values: The feature map `[b, h, w, heads * c]`.
///   - positions: Where to read, `[b, q, heads, points, 2]`: x and y in pixels of the map, (0, 0) the center of
///     its first pixel.
///   - weights: The weight of each point `[b, q, heads, points]`.
/// - Returns: The sums `[b, q, heads * c]`.
/// - Precondition: The feature map has pixels.
public func deformableSampled<Scalar: FloatingPointScalar>(
    values: Variable<Scalar>, positions: Variable<Scalar>, weights: Variable<Scalar>
) -> Variable<Scalar> {
    .apply(.sampleDeformably, [values, positions, weights]) { operands, _ in
        let (values, positions, weights) = (operands[0], operands[1], operands[2])
        return (
            deformableSampled(values: values, positions: positions, weights: weights),
            { gradient in
                let (dvalues, dpositions, dweights) = deformableSamplingGradients(
                    of: gradient, values: values, positions: positions, weights: weights)
                return [dvalues, dpositions, dweights]
            }
        )
    }
}
