/// Transposed two-dimensional convolution: what `convolution2D` with the same weights does to gradients.
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
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ geometry: Convolution2DGeometry = Convolution2DGeometry(),
    outputPadding: HeightAndWidth = HeightAndWidth(0)
) -> Tensor<Scalar> {
    require(
        x.rank == 4 && w.rank == 4 && x.shape[3] == w.shape[3],
        "convolution2DTransposed takes an input [batch, height, width, channels] and weights [height, width, out, channels], "
            + "not \(x.shape) and \(w.shape)")
    func extent(_ axis: KeyPath<HeightAndWidth, Int>, input: Int, kernel: Int) -> Int {
        (input - 1) * geometry.stride[keyPath: axis] + geometry.dilation[keyPath: axis] * (kernel - 1) + 1
            - geometry.padding.total[keyPath: axis] + outputPadding[keyPath: axis]
    }
    let height = extent(\.height, input: x.shape[1], kernel: w.shape[0])
    let width = extent(\.width, input: x.shape[2], kernel: w.shape[1])
    require(
        min(height, width) >= 0 && min(outputPadding.height, outputPadding.width) >= 0,
        "convolution2DTransposed of an input \(x.shape) with weights \(w.shape): the output would have \(height) x \(width) pixels")
    return convolution2DInputGradient(x, w, inputShape: [x.shape[0], height, width, w.shape[2] * geometry.groups], geometry)
}
