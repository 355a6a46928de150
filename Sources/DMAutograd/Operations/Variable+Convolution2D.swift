public import DMTensors

/// Two-dimensional convolution, differentiable in its input and its weights.
///
/// y[n, r, c, o] = Σ_{i, j, k} x[n, r · stride + i · dilation − padding, c · stride + j · dilation − padding, k] · w[i, j, k, o]
///
/// - Parameters:
///   - x: `[batch, height, width, channels]`.
///   - w: `[kernel height, kernel width, channels / groups, output channels]`.
///   - geometry: Stride, padding, dilation and groups.
/// - Returns: `[batch, output height, output width, output channels]`.
/// - Precondition: The channels match, and the number of groups divides the output channels.
public func convolution2D<Scalar: FloatingPointScalar>(
    _ x: Variable<Scalar>, _ w: Variable<Scalar>, _ geometry: Convolution2DGeometry = Convolution2DGeometry()
) -> Variable<Scalar> {
    .apply(.convolution2D, x, w) { x, w in
        (
            convolution2D(x, w, geometry),
            { dy in convolution2DInputGradient(dy, w, inputShape: x.shape, geometry) },
            { dy in convolution2DWeightGradient(x, dy, weightShape: w.shape, geometry) }
        )
    }
}
