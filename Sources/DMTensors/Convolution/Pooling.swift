import CDMKernels

/// How the windows of a pooling lie over its input.
///
/// Output pixel (r, c) looks at input pixels (r · stride + i · dilation − padding, ...) for i < size, where
/// padding is that of the top or left side.
public struct PoolingWindow: Sendable, Hashable {
    /// Pixels that a window looks at along each axis, at least 1.
    public var size: HeightAndWidth
    /// Pixels from one window to the next, at least 1.
    public var stride: HeightAndWidth
    /// Rows and columns added on each side, at least 0 and less than a window reaches.
    public var padding: ImagePadding
    /// Pixels from one that a window looks at to the next, at least 1.
    public var dilation: HeightAndWidth
    /// Whether a last window that reaches beyond the padding counts, as long as it begins before it.
    public var roundsUp: Bool

    /// A window that differs between the axes.
    ///
    /// - Parameters:
    ///   - size: At least 1.
    ///   - stride: At least 1; the window's size by default.
    ///   - padding: At least 0 and at most dilation · (size − 1) on each side.
    ///   - dilation: At least 1.
    ///   - roundsUp: Whether the number of windows is rounded up.
    /// - Precondition: The numbers are in these ranges.
    public init(
        size: HeightAndWidth, stride: HeightAndWidth? = nil, padding: ImagePadding = ImagePadding(0),
        dilation: HeightAndWidth = HeightAndWidth(1), roundsUp: Bool = false
    ) {
        let stride = stride ?? size
        require(
            min(size.height, size.width, stride.height, stride.width, dilation.height, dilation.width) >= 1,
            "a pooling needs a window, a stride and a dilation of at least 1, not window \(size), stride \(stride), dilation \(dilation)")
        require(
            padding.smallest >= 0 && max(padding.top, padding.bottom) <= dilation.height * (size.height - 1)
                && max(padding.left, padding.right) <= dilation.width * (size.width - 1),
            "a pooling needs a padding smaller than the window reaches, not window \(size), padding \(padding), dilation \(dilation)")
        self.size = size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.roundsUp = roundsUp
    }

    /// A square window.
    ///
    /// - Precondition: Size and stride are at least 1, and the padding is at least 0 and less than the size.
    public init(_ size: Int, stride: Int? = nil, padding: Int = 0) {
        self.init(size: HeightAndWidth(size), stride: stride.map { HeightAndWidth($0) }, padding: ImagePadding(padding))
    }

    /// The extents of the output: (input + padding − dilation · (size − 1) − 1) / stride + 1, rounded down, at least 0.
    ///
    /// Padding is that of both sides together. With `roundsUp` the quotient is rounded up, unless the
    /// last window would then begin behind the image.
    public func outputSize(input: HeightAndWidth) -> HeightAndWidth {
        func extent(_ axis: KeyPath<HeightAndWidth, Int>) -> Int {
            let (step, before) = (stride[keyPath: axis], padding.before[keyPath: axis])
            let room = input[keyPath: axis] + padding.total[keyPath: axis] - dilation[keyPath: axis] * (size[keyPath: axis] - 1) - 1
            guard room >= 0 else { return 0 }
            let count = roundsUp ? room.dividedUp(by: step) + 1 : room / step + 1
            return (count - 1) * step >= input[keyPath: axis] + before ? count - 1 : count
        }
        return HeightAndWidth(height: extent(\.height), width: extent(\.width))
    }
}

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

/// Windows sliding over one shape of feature maps.
package struct PoolingPlan: Sendable {
    let inputShape: [Int]
    let outputShape: [Int]
    private let descriptor: dm_pooling

    /// - Parameters:
    ///   - operation: What the message names if the shape does not fit.
    ///   - inputShape: `[batch, height, width, channels]`.
    package init(_ operation: String, inputShape: [Int], _ window: PoolingWindow, countsPadding: Bool = false) {
        require(inputShape.count == 4, "\(operation) takes [batch, height, width, channels], not \(inputShape)")
        let size = window.outputSize(input: HeightAndWidth(height: inputShape[1], width: inputShape[2]))
        let padding = window.padding
        self.inputShape = inputShape
        outputShape = [inputShape[0], size.height, size.width, inputShape[3]]
        descriptor = dm_pooling(
            source_height: inputShape[1], source_width: inputShape[2], result_height: size.height, result_width: size.width,
            channels: inputShape[3], window_rows: window.size.height, window_columns: window.size.width,
            row_step: window.stride.height, column_step: window.stride.width, row_dilation: window.dilation.height,
            column_dilation: window.dilation.width, row_padding: padding.top, column_padding: padding.left,
            padded_height: inputShape[1] + padding.bottom, padded_width: inputShape[2] + padding.right,
            counts_padding: countsPadding)
    }

    /// A tensor whose pixels `body` makes, handed a range of them counted through all images.
    func pooled<Scalar>(
        _ body: (UnsafePointer<dm_pooling>, UnsafeMutableRawPointer, Range<Int>) -> Void
    ) -> Tensor<Scalar> {
        Tensor(shape: outputShape) { y in
            withUnsafePointer(to: descriptor) { plan in
                let result = UnsafeMutableRawPointer(y.baseAddress!)
                Parallelism.forEachUncheckedChunk(of: outputShape[0] * outputShape[1] * outputShape[2], size: pixelChunk) { pixels in
                    body(plan, result, pixels)
                }
            }
        }
    }

    /// A tensor of the input's shape whose channels `body` makes, handed an image and a range of channels.
    ///
    /// Windows overlap, so one call makes all pixels of its channels.
    func spread<Scalar>(
        _ dy: Tensor<Scalar>, _ body: (UnsafePointer<dm_pooling>, UnsafeMutableRawPointer, Int, Range<Int>) -> Void
    ) -> Tensor<Scalar> {
        require(dy.shape == outputShape, "pooling of \(inputShape) takes a gradient \(outputShape), not \(dy.shape)")
        let channels = inputShape[3], group = 64
        let groups = (channels + group - 1) / group
        return Tensor(shape: inputShape) { dx in
            withUnsafePointer(to: descriptor) { plan in
                let result = UnsafeMutableRawPointer(dx.baseAddress!)
                Parallelism.forEachUncheckedChunk(of: inputShape[0] * groups, size: 1) { chunk in
                    for index in chunk {
                        let first = index % groups * group
                        body(plan, result, index / groups, first..<min(channels, first + group))
                    }
                }
            }
        }
    }

    /// About a hundred thousand numbers read in each chunk.
    private var pixelChunk: Int { max(1, 100_000 / max(1, descriptor.window_rows * descriptor.window_columns * inputShape[3])) }
}
