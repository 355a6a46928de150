/// The product of matrices, or of each pair of matrices in two stacks.
///
/// z[..., i, j] = Σ_l x[..., i, l] y[..., l, j]
///
/// - Parameters:
///   - x: Matrices `[b..., m, k]`, or `[b..., k, m]` if transposed.
///   - y: Matrices `[b..., k, n]`, or `[b..., n, k]` if transposed; the same leading axes.
///   - transposingFirst: Whether the matrices of `x` are taken transposed.
///   - transposingSecond: Whether the matrices of `y` are taken transposed.
/// - Returns: Matrices `[b..., m, n]`.
public func matrixProduct<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Tensor<Scalar> {
    let shapes = "\(x.shape)\(transposingFirst ? "ᵀ" : "") and \(y.shape)\(transposingSecond ? "ᵀ" : "")"
    checkShape(x.rank >= 2 && y.rank == x.rank && x.shape.dropLast(2) == y.shape.dropLast(2), "no matrix product of \(shapes)")
    let (xRows, xColumns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let (yRows, yColumns) = (y.shape[y.rank - 2], y.shape[y.rank - 1])
    let inner = transposingFirst ? xRows : xColumns
    checkShape(inner == (transposingSecond ? yColumns : yRows), "no matrix product of \(shapes): the inner extents differ")
    let tiling = ProductTiling(
        batch: x.shape.dropLast(2).reduce(1, *), rows: transposingFirst ? xColumns : xRows, inner: inner,
        columns: transposingSecond ? yRows : yColumns)
    return Tensor(shape: x.shape.dropLast(2) + [tiling.rows, tiling.columns]) { z in
        guard inner > 0 else { return z.fill(with: 0) }
        x.withUnsafeElements { x in
            y.withUnsafeElements { y in
                guard !z.isEmpty, let a = x.baseAddress, let b = y.baseAddress, let c = z.baseAddress else { return }
                tiling.forEachTile { matrix, rows, columns in
                    let left = a + matrix * xRows * xColumns + rows.lowerBound * (transposingFirst ? 1 : xColumns)
                    let right = b + matrix * yRows * yColumns + columns.lowerBound * (transposingSecond ? yColumns : 1)
                    let target = c + (matrix * tiling.rows + rows.lowerBound) * tiling.columns + columns.lowerBound
                    Scalar.linearAlgebra.product(
                        .init(left, rowStep: xColumns, isTransposed: transposingFirst),
                        .init(right, rowStep: yColumns, isTransposed: transposingSecond), 0, target, tiling.columns, rows.count, inner,
                        columns.count)
                }
            }
        }
    }
}

/// How the products of a stack are shared among threads: the longer side of each is cut. The cuts
/// depend on the shape alone, so every number of threads computes the same.
private struct ProductTiling {
    let batch: Int
    let rows: Int
    let inner: Int
    let columns: Int

    func forEachTile(_ body: (_ matrix: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
        let longer = max(rows, columns), work = rows * columns * inner
        // Eight parts keep many threads busy; a part is never so thin that packing the other factor
        // costs more than the product.
        let length = work < 1 << 20 ? longer : min(512, max(32, (longer / 8 + 15) / 16 * 16))
        let parts = (longer + length - 1) / length
        Parallelism.forEachChunk(of: batch * parts, size: max(1, (1 << 20) / max(1, work / parts))) { range in
            for index in range {
                let start = index % parts * length
                let part = start..<min(start + length, longer)
                body(index / parts, rows >= columns ? part : 0..<rows, rows >= columns ? 0..<columns : part)
            }
        }
    }
}
