public import DMTensors

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
