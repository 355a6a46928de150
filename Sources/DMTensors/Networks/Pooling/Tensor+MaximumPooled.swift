import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// The largest number in each window of a feature map.
    ///
    /// y[n, r, c, k] = max_{i, j < window} x[n, r · stride + i − padding, c · stride + j − padding, k]
    ///
    /// Padding never wins: it counts as −∞. A window that holds NaN gives NaN.
    ///
    /// - Parameters:
    ///   - window: The window's height and width, at least 1.
    ///   - stride: Pixels from one window to the next, at least 1; the window's extent by default.
    ///   - padding: Pixels added on each side, less than `window`.
    /// - Returns: `[batch, (height + 2 · padding − window) / stride + 1, ..., channels]`, rounded down.
    /// - Precondition: The tensor is `[batch, height, width, channels]`.
    public func maxPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
        maxPooled(PoolingWindow(window, stride: stride, padding: padding))
    }

    /// The largest number in each window of a feature map, for windows of any geometry.
    ///
    /// - Parameter window: The windows' size, stride, padding and dilation.
    /// - Returns: `[batch, ..., channels]` with the extents of `window.outputSize(input:)`.
    /// - Precondition: The tensor is `[batch, height, width, channels]`.
    public func maxPooled(_ window: PoolingWindow) -> Tensor {
        maxPooled(PoolingPlan("maxPooled", inputShape: shape, window))
    }

    package func maxPooled(_ plan: PoolingPlan, kernels: KernelTables = Scalar.kernelTables) -> Tensor {
        plan.pooled { plan, result, pixels in
            kernels.pooling.maximum(plan, storage.elements.baseAddress, result, pixels.lowerBound, pixels.count)
        }
    }

    /// The gradient of this tensor given the gradient of its maxima: each goes to the first maximum of its window.
    package func maxPooledGradient(
        _ dy: Tensor, _ plan: PoolingPlan, kernels: KernelTables = Scalar.kernelTables
    ) -> Tensor {
        plan.spread(dy) { plan, result, image, channels in
            kernels.pooling.maximum_gradient(
                plan, storage.elements.baseAddress, dy.storage.elements.baseAddress, result, image, channels.lowerBound, channels.count)
        }
    }
}
