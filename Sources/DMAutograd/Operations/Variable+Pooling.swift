public import DMTensors

extension Variable {
    /// The largest number in each window of a feature map.
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
    public func maxPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Variable {
        maxPooled(PoolingWindow(window, stride: stride, padding: padding))
    }

    /// The largest number in each window of a feature map, for windows of any geometry.
    ///
    /// - Parameter window: The windows' size, stride, padding and dilation.
    /// - Returns: `[batch, ..., channels]` with the extents of `window.outputSize(input:)`.
    /// - Precondition: The variable is `[batch, height, width, channels]`.
    public func maxPooled(_ window: PoolingWindow) -> Variable {
        .apply(.maxPooled, self) { x in
            let plan = PoolingPlan("maxPooled", inputShape: x.shape, window)
            return (x.maxPooled(plan), { dy in x.maxPooledGradient(dy, plan) })
        }
    }

    /// The mean of each window of a feature map.
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

    /// The mean of each window of a feature map, for windows of any geometry.
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
