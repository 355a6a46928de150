import CDMKernels

/// Square windows sliding over one shape of feature maps.
package struct PoolingPlan: Sendable {
    /// The window's extent, its step, and the pixels added on each side.
    package let window: Int, stride: Int, padding: Int
    let inputShape: [Int]
    let outputShape: [Int]
    private let descriptor: dm_pooling

    /// - Parameters:
    ///   - operation: What the message names if the shape does not fit.
    ///   - inputShape: `[batch, height, width, channels]`.
    ///   - stride: The window's extent if nil.
    package init(
        _ operation: String, inputShape: [Int], window: Int, stride: Int?, padding: Int, countsPadding: Bool = false
    ) {
        let stride = stride ?? window
        checkShape(inputShape.count == 4, "\(operation) takes [batch, height, width, channels], not \(inputShape)")
        checkShape(
            window >= 1 && stride >= 1 && padding >= 0 && padding < window,
            "\(operation) needs a window and a stride of at least 1 and a padding smaller than the window, "
                + "not window \(window), stride \(stride), padding \(padding)")
        let size = Convolution2DGeometry(stride: stride, padding: padding).outputSize(
            input: HeightAndWidth(height: inputShape[1], width: inputShape[2]), kernel: HeightAndWidth(window))
        self.window = window
        self.stride = stride
        self.padding = padding
        self.inputShape = inputShape
        outputShape = [inputShape[0], size.height, size.width, inputShape[3]]
        descriptor = dm_pooling(
            source_height: inputShape[1], source_width: inputShape[2], result_height: size.height, result_width: size.width,
            channels: inputShape[3], window_rows: window, window_columns: window, row_step: stride, column_step: stride,
            row_padding: padding, column_padding: padding, counts_padding: countsPadding)
    }

    /// A tensor whose pixels `body` makes, handed a range of them counted through all images.
    func pooled<Scalar>(
        _ body: (UnsafePointer<dm_pooling>, UnsafeMutableRawPointer, Range<Int>) -> Void
    ) -> Tensor<Scalar> {
        Tensor(shape: outputShape) { y in
            withUnsafePointer(to: descriptor) { plan in
                let result = UnsafeMutableRawPointer(y.baseAddress!)
                Parallelism.forEachChunk(of: outputShape[0] * outputShape[1] * outputShape[2], size: pixelChunk) { pixels in
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
        checkShape(dy.shape == outputShape, "pooling of \(inputShape) takes a gradient \(outputShape), not \(dy.shape)")
        let channels = inputShape[3], group = 64
        let groups = (channels + group - 1) / group
        return Tensor(shape: inputShape) { dx in
            withUnsafePointer(to: descriptor) { plan in
                let result = UnsafeMutableRawPointer(dx.baseAddress!)
                Parallelism.forEachChunk(of: inputShape[0] * groups, size: 1) { chunk in
                    for index in chunk {
                        let first = index % groups * group
                        body(plan, result, index / groups, first..<min(channels, first + group))
                    }
                }
            }
        }
    }

    /// About a hundred thousand numbers read in each chunk.
    private var pixelChunk: Int { max(1, 100_000 / max(1, window * window * inputShape[3])) }
}
