import CDMOpenBLAS

/// The routines of BLAS for one real type. Matrices are row-major.
public struct BLASRoutines<Scalar: Sendable>: Sendable {
    /// One matrix of a product: its elements, the distance of its rows, and whether it is transposed.
    struct Factor {
        let elements: UnsafePointer<Scalar>
        let rowStep: Int
        let isTransposed: Bool

        init(_ elements: UnsafePointer<Scalar>, rowStep: Int, isTransposed: Bool = false) {
            self.elements = elements
            self.rowStep = rowStep
            self.isTransposed = isTransposed
        }

        var blasTransposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
    }

    /// GEMM, z = x y + keeping * z for [rows, inner] and [inner, columns], on the calling thread:
    /// (x, y, keeping, z, rowStep of z, rows, inner, columns).
    let gemm: @Sendable (Factor, Factor, Scalar, UnsafeMutablePointer<Scalar>, Int, Int, Int, Int) -> Void
}

extension BLASRoutines<Float> {
    static let float = BLASRoutines(
        gemm: { x, y, keeping, z, zStep, rows, inner, columns in
            cblas_sgemm(
                CblasRowMajor, x.blasTransposition, y.blasTransposition, Int32(rows), Int32(columns), Int32(inner),
                1, x.elements, Int32(max(1, x.rowStep)), y.elements, Int32(max(1, y.rowStep)), keeping, z, Int32(max(1, zStep)))
        })
}

extension BLASRoutines<Double> {
    static let double = BLASRoutines(
        gemm: { x, y, keeping, z, zStep, rows, inner, columns in
            cblas_dgemm(
                CblasRowMajor, x.blasTransposition, y.blasTransposition, Int32(rows), Int32(columns), Int32(inner),
                1, x.elements, Int32(max(1, x.rowStep)), y.elements, Int32(max(1, y.rowStep)), keeping, z, Int32(max(1, zStep)))
        })
}
