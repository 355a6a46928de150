import CDMKernels

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
            Parallelism.forEachChunk(of: descriptor.result_channels, size: WeightBlocks.mostColumns) { columns in
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
            Parallelism.forEachChunk(of: blocks.count, size: 1) { chunk in
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
            Parallelism.forEachChunk(of: tileCount, size: max(1, Parallelism.grain / max(1, points * channels))) { tiles in
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
