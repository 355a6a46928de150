import CDMKernels

/// A convolution with a kernel of 3x3 and stride 1 cut into tiles, as the kernels take it: a forward convolution, or
/// the gradient of its input, which is a convolution of the output's gradient.
struct WinogradPlan {
    let descriptor: dm_winograd
    /// The number of tiles in all images.
    let tileCount: Int

    /// The tiles of the output.
    ///
    /// - Parameter tile: The side of a tile, 2 or 4.
    init(forward shape: ConvolutionShape, tile: Int) {
        self.init(
            source: shape.input, shape.inputChannels, result: shape.output, shape.outputChannels, batch: shape.batch,
            padding: shape.geometry.padding.before, dilation: shape.geometry.dilation, tile: tile)
    }

    /// The tiles of the input's gradient: pixel y meets output row y − i · dilation + padding, which is
    /// y + (2 − i) · dilation − (2 · dilation − padding).
    init(inputGradient shape: ConvolutionShape, tile: Int) {
        let (padding, dilation) = (shape.geometry.padding.before, shape.geometry.dilation)
        self.init(
            source: shape.output, shape.outputChannels, result: shape.input, shape.inputChannels, batch: shape.batch,
            padding: HeightAndWidth(height: 2 * dilation.height - padding.height, width: 2 * dilation.width - padding.width),
            dilation: dilation, tile: tile)
    }

    private init(
        source: HeightAndWidth, _ sourceChannels: Int, result: HeightAndWidth, _ resultChannels: Int, batch: Int,
        padding: HeightAndWidth, dilation: HeightAndWidth, tile: Int
    ) {
        descriptor = dm_winograd(
            source_height: source.height, source_width: source.width, source_channels: sourceChannels,
            result_height: result.height, result_width: result.width, result_channels: resultChannels,
            row_padding: padding.height, column_padding: padding.width, row_step: dilation.height, column_step: dilation.width,
            tile: tile, tile_rows: result.height.dividedUp(by: dilation.height).dividedUp(by: tile),
            tile_columns: result.width.dividedUp(by: dilation.width).dividedUp(by: tile))
        tileCount = batch * dilation.height * dilation.width * descriptor.tile_rows * descriptor.tile_columns
    }

    /// The products that a tile takes for each pair of channels.
    var points: Int { (descriptor.tile + 2) * (descriptor.tile + 2) }

    /// Computes every result.
    ///
    /// - Parameters:
    ///   - source: What the taps read.
    ///   - weights: `[3, 3, input channels, output channels]`.
    ///   - weightsAreTransposed: Whether the source has the weights' output channels.
    func run<Scalar: FloatingPointScalar>(
        source: Tensor<Scalar>, weights: Tensor<Scalar>, weightsAreTransposed: Bool, result: UnsafeMutableRawPointer,
        kernels: KernelTables
    ) {
        withElements(of: source, weights) { source, weights in
            if sharesOutChannels(scalarSize: MemoryLayout<Scalar>.size, weightBytes: Self.largeWeights) {
                convolveByChannels(source, weights, weightsAreTransposed: weightsAreTransposed, result: result, kernels)
            } else {
                convolveByTiles(source, weights, weightsAreTransposed: weightsAreTransposed, result: result, kernels)
            }
        }
    }

    private func convolveByTiles<Scalar: FloatingPointScalar>(
        _ source: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, weightsAreTransposed: Bool,
        result: UnsafeMutableRawPointer, _ kernels: KernelTables
    ) {
        let panel = kernels.matrix.panel_columns
        let (depth, columns) = (descriptor.source_channels, descriptor.result_channels)
        let packed = Storage<Scalar>(count: points * columns.dividedUp(by: panel) * panel * depth)
        withUnsafePointer(to: descriptor) { plan in
            Parallelism.forEachUncheckedChunk(of: depth, size: max(panel, Parallelism.grain / max(1, points * columns))) { rows in
                kernels.winograd.transform_weights(
                    plan, weights, weightsAreTransposed, packed.address, rows.lowerBound, rows.upperBound)
            }
            Parallelism.forEachUncheckedChunk(of: tileCount, size: kernels.winograd.block_tiles(plan)) { tiles in
                withScratch(kernels.winograd.scratch(plan)) { scratch in
                    kernels.winograd.convolve(plan, source, packed.address, result, scratch, tiles.lowerBound, tiles.count)
                }
            }
        }
    }

    /// Sets the gradient of the weights, which are those of a forward plan.
    ///
    /// The tiles are cut into parts by the shape alone, and the parts' sums are added in their order.
    func setWeightGradient<Scalar: FloatingPointScalar>(
        _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ dw: UnsafeMutableBufferPointer<Scalar>, _ kernels: KernelTables
    ) {
        if sharesOutChannels(scalarSize: MemoryLayout<Scalar>.size, weightBytes: Self.largeWeightGradient) {
            return setWeightGradientByChannels(x, dy, dw, kernels)
        }
        let mostParts = 8, fewestTiles = 72
        let parts = max(1, min(mostParts, tileCount / fewestTiles))
        let weights = descriptor.source_channels * descriptor.result_channels
        let sums = Storage<Scalar>(count: parts * points * weights)
        withUnsafePointer(to: descriptor) { plan in
            Parallelism.forEachUncheckedChunk(of: parts, size: 1) { part in
                let first = tileCount * part.lowerBound / parts, last = tileCount * part.upperBound / parts
                withScratch(kernels.winograd.scratch(plan)) { scratch in
                    kernels.winograd.weight_sums(
                        plan, x, dy, sums.address + part.lowerBound * points * weights, scratch, first, last - first)
                }
            }
            Parallelism.forEachUncheckedChunk(of: weights, size: max(1, Parallelism.grain / (points * parts))) { elements in
                kernels.winograd.weight_gradient(
                    plan, sums.address, parts, dw.baseAddress, elements.lowerBound, elements.upperBound)
            }
        }
    }
}

/// Many channels and few tiles: all tiles are transformed first, and threads share out the channels.
///
/// The weights, or their gradient, are then touched once, where blocks of tiles would each go through all of them.
extension WinogradPlan {
    /// From how many bytes on transformed weights are too large to be gone through by every block of tiles. Measured
    /// with 128 to 512 channels; a gradient, which is read and written, is too large sooner.
    static let largeWeights = 6 << 20, largeWeightGradient = 2 << 20

    /// Whether channels are shared out rather than tiles.
    ///
    /// Transformed tiles of both sides are not so many then that they would have to come from memory.
    ///
    /// - Parameter scalarSize: The bytes of a number.
    /// - Parameter weightBytes: The size from which transformed weights are too large to be gone through repeatedly.
    func sharesOutChannels(scalarSize: Int, weightBytes: Int) -> Bool {
        let (sources, results) = (descriptor.source_channels, descriptor.result_channels)
        return points * sources * results * scalarSize >= weightBytes
            && points * tileCount * (sources + results) * scalarSize <= 32 << 20
    }

    /// Computes every result.
    func convolveByChannels<Scalar: FloatingPointScalar>(
        _ source: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, weightsAreTransposed: Bool,
        result: UnsafeMutableRawPointer, _ kernels: KernelTables
    ) {
        let sources = transformed(source, channels: descriptor.source_channels, kernels, kernels.winograd.transform_sources)
        withUnsafePointer(to: descriptor) { plan in
            Parallelism.forEachUncheckedChunk(of: descriptor.result_channels, size: WeightBlocks.mostColumns) { columns in
                withScratch(kernels.winograd.column_scratch(plan, tileCount, columns.count)) { scratch in
                    kernels.winograd.convolve_columns(
                        plan, sources.address, tileCount, weights, weightsAreTransposed, result, scratch, columns.lowerBound,
                        columns.count)
                }
            }
        }
    }

    /// Sets the gradient of the weights; each sum runs over all tiles in their order.
    func setWeightGradientByChannels<Scalar: FloatingPointScalar>(
        _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ dw: UnsafeMutableBufferPointer<Scalar>, _ kernels: KernelTables
    ) {
        let mostRows = 56
        let blocks = WeightBlocks(rows: descriptor.source_channels, at: mostRows, columns: descriptor.result_channels)
        withUnsafePointer(to: descriptor) { plan in
            let sources = transformed(x, channels: descriptor.source_channels, kernels, kernels.winograd.transform_sources)
            let gradients = transformed(dy, channels: descriptor.result_channels, kernels, kernels.winograd.transform_gradients)
            Parallelism.forEachUncheckedChunk(of: blocks.count, size: 1) { chunk in
                withScratch(kernels.winograd.weight_scratch(plan, blocks.largest)) { scratch in
                    kernels.winograd.weight_block(
                        plan, sources.address, gradients.address, tileCount, dw.baseAddress, scratch, blocks[chunk.lowerBound])
                }
            }
        }
    }

    /// All tiles of a feature map, transformed.
    private func transformed<Scalar: FloatingPointScalar>(
        _ map: UnsafePointer<Scalar>, channels: Int, _ kernels: KernelTables,
        _ transform: (UnsafePointer<dm_winograd>, UnsafeRawPointer, UnsafeMutableRawPointer, Int, Int, Int) -> Void
    ) -> Storage<Scalar> {
        withUnsafePointer(to: descriptor) { plan in
            let result = Storage<Scalar>(count: kernels.winograd.transformed(plan, channels, tileCount))
            Parallelism.forEachUncheckedChunk(of: tileCount, size: max(1, Parallelism.grain / max(1, points * channels))) { tiles in
                transform(plan, map, result.address, tileCount, tiles.lowerBound, tiles.upperBound)
            }
            return result
        }
    }
}

/// The weights of a tap, source channels by result channels, cut into blocks that follow each other down the rows.
private struct WeightBlocks {
    private let rows: Int, rowBlocks: Int, columns: Int

    /// Columns of a block: whole panels of every kernel.
    static let mostColumns = 64

    /// - Parameters:
    ///   - rows: The number of rows.
    ///   - mostRows: The most rows of a block.
    ///   - columns: The number of columns.
    init(rows: Int, at mostRows: Int, columns: Int) {
        self.rows = rows
        rowBlocks = rows.dividedUp(by: mostRows)
        self.columns = columns
    }

    /// The number of blocks.
    var count: Int { rowBlocks * columns.dividedUp(by: Self.mostColumns) }

    /// The size of the largest block.
    var largest: dm_winograd_block {
        dm_winograd_block(
            first_row: 0, rows: rows.dividedUp(by: rowBlocks), first_column: 0, columns: min(Self.mostColumns, columns))
    }

    /// A block.
    subscript(index: Int) -> dm_winograd_block {
        let (row, column) = (index % rowBlocks, index / rowBlocks * Self.mostColumns)
        let first = rows * row / rowBlocks
        return dm_winograd_block(
            first_row: first, rows: rows * (row + 1) / rowBlocks - first, first_column: column,
            columns: min(Self.mostColumns, columns - column))
    }
}
