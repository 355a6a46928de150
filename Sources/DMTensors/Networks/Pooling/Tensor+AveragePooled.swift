import CDMKernels

extension Tensor where Scalar: FloatingPointScalar {
    /// The mean of each window of a feature map.
    ///
    /// y[n, r, c, k] = 1 / |W| Σ_{(i, j) ∈ W} x[n, r · stride + i − padding, c · stride + j − padding, k]
    ///
    /// W is the part of the window that lies in the image, so that padding does not darken the border;
    /// with `countsPadding` it is the part that lies in image and padding, which is zero. A window that
    /// sees nothing gives 0. The mean over whole images is `mean(along: [1, 2])`.
    ///
    /// - Parameters:
    ///   - window: The window's height and width, at least 1.
    ///   - stride: Pixels from one window to the next, at least 1; the window's extent by default.
    ///   - padding: Pixels added on each side, less than `window`.
    ///   - countsPadding: Whether the mean is over padding too.
    /// - Returns: `[batch, (height + 2 · padding − window) / stride + 1, ..., channels]`, rounded down.
    /// - Precondition: The tensor is `[batch, height, width, channels]`.
    public func averagePooled(window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = false) -> Tensor {
        averagePooled(PoolingWindow(window, stride: stride, padding: padding), countsPadding: countsPadding)
    }

    /// The mean of each window of a feature map, for windows of any geometry.
    ///
    /// - Parameters:
    ///   - window: The windows' size, stride, padding and dilation.
    ///   - countsPadding: Whether the mean is over padding too.
    /// - Returns: `[batch, ..., channels]` with the extents of `window.outputSize(input:)`.
    /// - Precondition: The tensor is `[batch, height, width, channels]`.
    public func averagePooled(_ window: PoolingWindow, countsPadding: Bool = false) -> Tensor {
        averagePooled(PoolingPlan("averagePooled", inputShape: shape, window, countsPadding: countsPadding))
    }

    package func averagePooled(_ plan: PoolingPlan, kernels: KernelTables = Scalar.kernelTables) -> Tensor {
        plan.pooled { plan, result, pixels in
            kernels.pooling.average(plan, storage.elements.baseAddress, result, pixels.lowerBound, pixels.count)
        }
    }

    /// The gradient of a tensor given the gradient of its windows' means.
    package static func averagePooledGradient(
        _ dy: Tensor, _ plan: PoolingPlan, kernels: KernelTables = Scalar.kernelTables
    ) -> Tensor {
        plan.spread(dy) { plan, result, image, channels in
            kernels.pooling.average_gradient(
                plan, dy.storage.elements.baseAddress, result, image, channels.lowerBound, channels.count)
        }
    }
}
