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

extension Variable {
    /// Max pooling: the largest number in each window of a feature map.
    ///
    /// y[n, r, c, k] = max_{i, j < window} x[n, r · stride + i − padding, c · stride + j − padding, k]
    ///
    /// The gradient goes to the first maximum of each window. Padding never wins: it counts as −∞.
    ///
    /// - Parameters:
    ///   - window: The window's height and width, at least 1.
    ///   - stride: Pixels from one window to the next, at least 1; the window's extent by default.
    ///   - padding: Pixels added on each side, less than `window`.
    /// - Returns: `[batch, (height + 2 · padding − window) / stride + 1, ..., channels]`, rounded down.
    /// - Precondition: The variable is `[batch, height, width, channels]`.
    public func maximumPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Variable {
        maximumPooled(PoolingWindow(window, stride: stride, padding: padding))
    }

    /// Max pooling with windows of any geometry.
    ///
    /// - Parameter window: The windows' size, stride, padding and dilation.
    /// - Returns: `[batch, ..., channels]` with the extents of `window.outputSize(input:)`.
    /// - Precondition: The variable is `[batch, height, width, channels]`.
    public func maximumPooled(_ window: PoolingWindow) -> Variable {
        .apply(.maximumPooled, self) { x in
            let plan = PoolingPlan("maximumPooled", inputShape: x.shape, window)
            return (x.maximumPooled(plan), { dy in x.maximumPooledGradient(dy, plan) })
        }
    }

    /// Average pooling: the mean of each window of a feature map.
    ///
    /// y[n, r, c, k] = 1 / |W| Σ_{(i, j) ∈ W} x[n, r · stride + i − padding, c · stride + j − padding, k]
    ///
    /// W is the part of the window that lies in the image; with `countsPadding` it is the part that lies
    /// in image and padding, which is zero. The mean over whole images is `mean(along: [1, 2])`.
    ///
    /// - Parameters:
    ///   - window: The window's height and width, at least 1.
    ///   - stride: Pixels from one window to the next, at least 1; the window's extent by default.
    ///   - padding: Pixels added on each side, less than `window`.
    ///   - countsPadding: Whether the mean is over padding too.
    /// - Returns: `[batch, (height + 2 · padding − window) / stride + 1, ..., channels]`, rounded down.
    /// - Precondition: The variable is `[batch, height, width, channels]`.
    public func averagePooled(window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = false) -> Variable {
        averagePooled(PoolingWindow(window, stride: stride, padding: padding), countsPadding: countsPadding)
    }

    /// Average pooling with windows of any geometry.
    ///
    /// - Parameters:
    ///   - window: The windows' size, stride, padding and dilation.
    ///   - countsPadding: Whether the mean is over padding too.
    /// - Returns: `[batch, ..., channels]` with the extents of `window.outputSize(input:)`.
    /// - Precondition: The variable is `[batch, height, width, channels]`.
    public func averagePooled(_ window: PoolingWindow, countsPadding: Bool = false) -> Variable {
        .apply(.averagePooled, self) { x in
            let plan = PoolingPlan("averagePooled", inputShape: x.shape, window, countsPadding: countsPadding)
            return (x.averagePooled(plan), { dy in .averagePooledGradient(dy, plan) })
        }
    }
}
