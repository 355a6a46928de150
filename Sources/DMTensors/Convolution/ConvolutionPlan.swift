import CDMKernels

/// One sum over taps on a grid of positions, as the kernels take it: the whole of a forward
/// convolution, or one phase of the gradient of its input.
struct ConvolutionPlan {
    private(set) var descriptor: dm_convolution
    private(set) var runs: [dm_tap_run] = []
    /// For each tap in the plan's order, its index in the weights.
    private(set) var taps: [Int] = []
    /// The number of positions in all images.
    let positionCount: Int

    /// The sums that make the output of a convolution.
    ///
    /// - Parameter mergesTaps: Whether taps that lie side by side in memory are handled as one row.
    init(forward shape: ConvolutionShape, mergesTaps: Bool = true) {
        let geometry = shape.geometry
        descriptor = dm_convolution(
            source: shape.input, sourceChannels: shape.inputChannels, result: shape.output, resultChannels: shape.outputChannels,
            groups: geometry.groups)
        descriptor.rows = shape.output.height
        descriptor.columns = shape.output.width
        descriptor.row_step = geometry.stride.height
        descriptor.column_step = geometry.stride.width
        positionCount = shape.batch * shape.output.height * shape.output.width
        addTaps(
            rows: (0..<shape.kernel.height).map { ($0, $0 * geometry.dilation.height - geometry.padding.top) },
            columns: (0..<shape.kernel.width).map { ($0, $0 * geometry.dilation.width - geometry.padding.left) },
            kernelWidth: shape.kernel.width, mergesTaps: mergesTaps || shape.isDepthwise)
    }

    /// The sums that make input gradients at rows `phase.height`, `phase.height + stride`, ... and columns likewise.
    ///
    /// Input row y meets output row r through tap i where y = r · stride + i · dilation − padding. Within one
    /// phase y = phase + stride · t the taps that meet anything are always the same, at r = t + a constant.
    init(inputGradient shape: ConvolutionShape, phase: HeightAndWidth) {
        let geometry = shape.geometry
        descriptor = dm_convolution(
            source: shape.output, sourceChannels: shape.outputChannels, result: shape.input, resultChannels: shape.inputChannels,
            groups: geometry.groups)
        descriptor.result_row = phase.height
        descriptor.result_column = phase.width
        descriptor.result_row_step = geometry.stride.height
        descriptor.result_column_step = geometry.stride.width
        descriptor.rows = (shape.input.height - phase.height + geometry.stride.height - 1) / geometry.stride.height
        descriptor.columns = (shape.input.width - phase.width + geometry.stride.width - 1) / geometry.stride.width
        positionCount = shape.batch * descriptor.rows * descriptor.columns
        func meeting(_ axis: KeyPath<HeightAndWidth, Int>) -> [(index: Int, offset: Int)] {
            let stride = geometry.stride[keyPath: axis]
            return (0..<shape.kernel[keyPath: axis]).reversed().compactMap { tap in
                let distance = phase[keyPath: axis] + geometry.padding.before[keyPath: axis] - tap * geometry.dilation[keyPath: axis]
                return distance % stride == 0 ? (tap, distance / stride) : nil
            }
        }
        addTaps(rows: meeting(\.height), columns: meeting(\.width), kernelWidth: shape.kernel.width, mergesTaps: true)
    }

    private mutating func addTaps(
        rows: [(index: Int, offset: Int)], columns: [(index: Int, offset: Int)], kernelWidth: Int, mergesTaps: Bool
    ) {
        // Channels of neighboring pixels are contiguous only if the group takes them all.
        let merges = mergesTaps && (descriptor.group_source_channels == descriptor.source_channels)
        for row in rows {
            for (position, column) in columns.enumerated() {
                taps.append(row.index * kernelWidth + column.index)
                if merges, position > 0, columns[position - 1].offset + 1 == column.offset {
                    runs[runs.count - 1].taps += 1
                } else {
                    runs.append(dm_tap_run(row: row.offset, column: column.offset, taps: 1))
                }
            }
        }
        descriptor.is_pointwise =
            runs.count == 1 && runs[0].taps == 1 && runs[0].row == 0 && runs[0].column == 0
            && descriptor.row_step == 1 && descriptor.column_step == 1
            && descriptor.rows == descriptor.source_height && descriptor.columns == descriptor.source_width
            && descriptor.rows == descriptor.result_height && descriptor.columns == descriptor.result_width
    }

    /// Calls `body` with the plan of one group of channels.
    func withPointer(group: Int, _ body: (UnsafePointer<dm_convolution>) -> Void) {
        runs.withUnsafeBufferPointer { runs in
            var descriptor = descriptor
            descriptor.runs = runs.baseAddress
            descriptor.run_count = runs.count
            descriptor.first_source_channel = group * descriptor.group_source_channels
            descriptor.first_result_channel = group * descriptor.group_result_channels
            body(&descriptor)
        }
    }

    /// Calls `body` with the plan of all channels at once, as the depthwise kernels take it.
    func withDepthwisePointer(_ body: (UnsafePointer<dm_convolution>) -> Void) { withPointer(group: 0, body) }
}

extension dm_convolution {
    fileprivate init(source: HeightAndWidth, sourceChannels: Int, result: HeightAndWidth, resultChannels: Int, groups: Int) {
        self.init()
        source_height = source.height
        source_width = source.width
        source_channels = sourceChannels
        result_height = result.height
        result_width = result.width
        result_channels = resultChannels
        group_source_channels = sourceChannels / groups
        group_result_channels = resultChannels / groups
        row_step = 1
        column_step = 1
        result_row_step = 1
        result_column_step = 1
    }
}

/// The weights of one group as the right-hand matrix `[tap · source channel, result channel]`, packed for the kernels.
struct PackedWeights<Scalar: FloatingPointScalar> {
    let storage: Storage<Scalar>

    /// - Parameters:
    ///   - weights: `[kernel height, kernel width, channels / groups, output channels]`.
    ///   - taps: The taps' indices in the weights, in the order that the product takes them.
    ///   - transposed: Whether output channels take the place of the depth, as in the gradient of the input.
    init(
        _ weights: Tensor<Scalar>, shape: ConvolutionShape, group: Int, taps: [Int], transposed: Bool, _ kernels: KernelTables
    ) {
        let (inputs, outputs) = (shape.groupInputChannels, shape.groupOutputChannels)
        let (depth, columns) = transposed ? (outputs, inputs) : (inputs, outputs)
        let panel = kernels.matrix.panel_columns
        storage = Storage(count: columns.dividedUp(by: panel) * panel * taps.count * depth)
        let rows = max(1, Parallelism.grain / max(1, columns))
        Parallelism.forEachUncheckedChunk(of: taps.count * depth, size: rows) { chunk in
            var row = chunk.lowerBound
            while row < chunk.upperBound {
                let (position, first) = row.quotientAndRemainder(dividingBy: depth)
                let count = min(chunk.upperBound - row, depth - first)
                let tap = weights.storage.elements.baseAddress! + taps[position] * inputs * shape.outputChannels + group * outputs
                kernels.matrix.pack(
                    transposed ? tap + first : tap + first * shape.outputChannels, transposed ? 1 : shape.outputChannels,
                    transposed ? shape.outputChannels : 1, row, count, taps.count * depth, columns, storage.elements.baseAddress)
                row += count
            }
        }
    }
}
