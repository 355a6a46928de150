public import DMTensors

/// Transposed two-dimensional convolution, differentiable in its input and its weights.
///
/// y[n, r · stride + i · dilation − padding, c · stride + j · dilation − padding, o] += x[n, r, c, k] · w[i, j, o, k]
///
/// - Parameters:
///   - x: `[batch, height, width, channels]`.
///   - w: `[kernel height, kernel width, output channels / groups, channels]`.
///   - geometry: Stride, padding, dilation and groups of the convolution that leads back.
///   - outputPadding: Rows below and columns behind that are added to the smallest output, less than stride or dilation.
/// - Returns: `[batch, (height − 1) · stride + dilation · (kernel height − 1) + 1 − padding + outputPadding, ...]`, where
///   padding is that of both sides together.
/// - Precondition: The channels match, and the number of groups divides them.
public func convolution2DTransposed<Scalar: FloatingPointScalar>(
    _ x: Variable<Scalar>, _ w: Variable<Scalar>, _ geometry: Convolution2DGeometry = Convolution2DGeometry(),
    outputPadding: HeightAndWidth = HeightAndWidth(0)
) -> Variable<Scalar> {
    .apply(.convolution2DTransposed, x, w) { x, w in
        (
            convolution2DTransposed(x, w, geometry, outputPadding: outputPadding),
            { dy in convolution2D(dy, w, geometry) },
            { dy in convolution2DWeightGradient(dy, x, weightShape: w.shape, geometry) }
        )
    }
}
