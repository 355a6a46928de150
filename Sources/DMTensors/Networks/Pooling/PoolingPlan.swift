import CDMKernels

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
        require(dy.shape == outputShape, "pooling of \(inputShape) takes a gradient \(outputShape), not \(dy.shape)")
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
    private var pixelChunk: Int { max(1, 100_000 / max(1, descriptor.window_rows * descriptor.window_columns * inputShape[3])) }
}
