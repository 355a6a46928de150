import CDMKernels

/// The product of matrices (GEMM), or of each pair of matrices in two stacks (batched matmul).
///
/// z[..., i, j] = Σ_l x[..., i, l] y[..., l, j]
///
/// - Parameters:
///   - x: Matrices `[b..., m, k]`, or `[b..., k, m]` if transposed.
///   - y: Matrices `[b..., k, n]`, or `[b..., n, k]` if transposed; the same leading axes.
///   - transposingFirst: Whether the matrices of `x` are taken transposed.
///   - transposingSecond: Whether the matrices of `y` are taken transposed.
/// - Returns: Matrices `[b..., m, n]`.
public func matmul<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Tensor<Scalar> {
    let shapes = "\(x.shape)\(transposingFirst ? "ᵀ" : "") and \(y.shape)\(transposingSecond ? "ᵀ" : "")"
    require(x.rank >= 2 && y.rank == x.rank && x.shape.dropLast(2) == y.shape.dropLast(2), "no matmul of \(shapes)")
    let (xRows, xColumns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let (yRows, yColumns) = (y.shape[y.rank - 2], y.shape[y.rank - 1])
    let inner = transposingFirst ? xRows : xColumns
    require(inner == (transposingSecond ? yColumns : yRows), "no matmul of \(shapes): the inner extents differ")
    let tiling = ProductTiling(
        batch: x.shape.dropLast(2).reduce(1, *), rows: transposingFirst ? xColumns : xRows, inner: inner,
        columns: transposingSecond ? yRows : yColumns)
    let resultShape: [Int] = x.shape.dropLast(2) + [tiling.rows, tiling.columns]
    let parts = Tensor<Scalar>(shape: [tiling.batch, tiling.innerParts, tiling.rows, tiling.columns]) { z in
        guard inner > 0 else { return z.fill(with: 0) }
        x.withUnsafeElements { x in
            y.withUnsafeElements { y in
                guard !z.isEmpty, let a = x.baseAddress, let b = y.baseAddress, let c = z.baseAddress else { return }
                tiling.forEachTile { tile in
                    let left =
                        a + tile.matrix * xRows * xColumns
                        + (transposingFirst
                            ? tile.inner.lowerBound * xColumns + tile.rows.lowerBound
                            : tile.rows.lowerBound * xColumns + tile.inner.lowerBound)
                    let right =
                        b + tile.matrix * yRows * yColumns
                        + (transposingSecond
                            ? tile.columns.lowerBound * yColumns + tile.inner.lowerBound
                            : tile.inner.lowerBound * yColumns + tile.columns.lowerBound)
                    tile.multiply(
                        .init(left, rowStep: xColumns, isTransposed: transposingFirst),
                        .init(right, rowStep: yColumns, isTransposed: transposingSecond), into: c + tile.position,
                        rowStep: tiling.columns)
                }
            }
        }
    }
    return tiling.innerParts == 1 ? parts.reshaped(to: resultShape) : parts.sum(along: [1]).reshaped(to: resultShape)
}

/// How products are shared among threads. The cuts depend on the shape alone, so every number of
/// threads computes the same.
private struct ProductTiling {
    /// A part of one of the products; `position` is where its first element lies in the results.
    struct Tile {
        let matrix: Int
        let rows: Range<Int>
        let inner: Range<Int>
        let columns: Range<Int>
        let position: Int

        /// Whether the library's own kernels serve: the right factor stays in the cache when it is packed, and enough
        /// rows share the packing. They are measured at twice the speed of OpenBLAS there; elsewhere it is the faster.
        private var isTall: Bool { rows.count >= 64 && columns.count >= 8 && inner.count * columns.count <= 1 << 17 }

        /// Multiplies the tile's part of both factors on the calling thread.
        func multiply<Scalar: FloatingPointScalar>(
            _ x: BLASRoutines<Scalar>.Factor, _ y: BLASRoutines<Scalar>.Factor,
            into z: UnsafeMutablePointer<Scalar>, rowStep: Int
        ) {
            guard isTall else {
                return Scalar.blas.gemm(x, y, 0, z, rowStep, rows.count, inner.count, columns.count)
            }
            let kernels = Scalar.kernelTables.matrix
            let panels = (columns.count + kernels.panel_columns - 1) / kernels.panel_columns
            withScratch(panels * kernels.panel_columns * inner.count * MemoryLayout<Scalar>.stride) { packed in
                kernels.pack(
                    y.elements, y.isTransposed ? 1 : y.rowStep, y.isTransposed ? y.rowStep : 1, 0, inner.count, inner.count,
                    columns.count, packed)
                if x.isTransposed {
                    kernels.multiply_transposing_first(
                        x.elements, x.rowStep, packed, z, rowStep, rows.count, inner.count, columns.count, false)
                } else {
                    kernels.multiply(x.elements, x.rowStep, packed, nil, z, rowStep, rows.count, inner.count, columns.count, false)
                }
            }
        }
    }

    let batch: Int
    let rows: Int
    let inner: Int
    let columns: Int

    /// Long sums that make few elements are cut into parts, which are added up afterward.
    var innerParts: Int { batch == 1 && inner >= 8192 && inner >= 16 * max(rows, columns) ? 16 : 1 }

    /// The longer side of each product is cut. Eight parts keep many threads busy; a part is never so
    /// thin that packing the other factor costs more than the product.
    private var sideLength: Int {
        let longer = max(rows, columns)
        return innerParts > 1 || rows * columns * inner < 1 << 20 ? longer : min(512, max(32, (longer / 8 + 15) / 16 * 16))
    }

    func forEachTile(_ body: (Tile) -> Void) {
        let (cutsRows, side) = (rows >= columns, sideLength)
        let sideParts = (max(rows, columns) + side - 1) / side
        let innerLength = (inner + innerParts - 1) / innerParts
        let work = rows * columns * inner / (sideParts * innerParts)
        Parallelism.forEachUncheckedChunk(of: batch * innerParts * sideParts, size: max(1, (1 << 20) / max(1, work))) { range in
            for index in range {
                let (product, sidePart) = index.quotientAndRemainder(dividingBy: sideParts)
                let innerStart = min(inner, product % innerParts * innerLength), start = sidePart * side
                let tileRows = cutsRows ? start..<min(start + side, rows) : 0..<rows
                let tileColumns = cutsRows ? 0..<columns : start..<min(start + side, columns)
                body(
                    Tile(
                        matrix: product / innerParts, rows: tileRows, inner: innerStart..<min(innerStart + innerLength, inner),
                        columns: tileColumns, position: (product * rows + tileRows.lowerBound) * columns + tileColumns.lowerBound))
            }
        }
    }
}
