import CDMLAPACKE
import CDMOpenBLAS

/// The routines of BLAS and LAPACK for one real type. Matrices are row-major; the results of those of
/// LAPACK are 0 where they succeeded.
public struct LinearAlgebraRoutines<Scalar: Sendable>: Sendable {
    package typealias Elements = UnsafeMutablePointer<Scalar>

    /// One matrix of a product: its elements, the distance of its rows, and whether it is transposed.
    package struct Factor {
        package let elements: UnsafePointer<Scalar>
        package let rowStep: Int
        package let isTransposed: Bool

        package init(_ elements: UnsafePointer<Scalar>, rowStep: Int, isTransposed: Bool = false) {
            self.elements = elements
            self.rowStep = rowStep
            self.isTransposed = isTransposed
        }

        var blasTransposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
    }

    /// z = x y + keeping * z for [rows, inner] and [inner, columns], on the calling thread:
    /// (x, y, keeping, z, rowStep of z, rows, inner, columns).
    package let product: @Sendable (Factor, Factor, Scalar, Elements, Int, Int, Int, Int) -> Void
    /// a [m, n] -> u [m, k], singular values [k], v transposed [k, n], with k = min(m, n).
    let singularValueDecomposition: @Sendable (Int32, Int32, Elements, Elements, Elements, Elements) -> Int32
    /// a [m, n] -> reflections and r above the diagonal, scales of the reflections [min(m, n)].
    let qrReflections: @Sendable (Int32, Int32, Elements, Elements) -> Int32
    /// Reflections [m, k] -> q [m, k].
    let qFromReflections: @Sendable (Int32, Int32, Elements, Elements) -> Int32
    /// a [n, n] -> its lower factor; what is above the diagonal is left as it was.
    let choleskyFactor: @Sendable (Int32, Elements) -> Int32
    /// a [n, n], b [n, k] -> b is replaced by the solution.
    let solve: @Sendable (Int32, Int32, Elements, Elements) -> Int32
    /// a [n, n] -> eigenvectors in its columns, eigenvalues [n] in ascending order.
    let symmetricEigen: @Sendable (Int32, Elements, Elements) -> Int32
}

extension LinearAlgebraRoutines<Float> {
    static let float = LinearAlgebraRoutines(
        product: { x, y, keeping, z, zStep, rows, inner, columns in
            cblas_sgemm(
                CblasRowMajor, x.blasTransposition, y.blasTransposition, Int32(rows), Int32(columns), Int32(inner),
                1, x.elements, Int32(max(1, x.rowStep)), y.elements, Int32(max(1, y.rowStep)), keeping, z, Int32(max(1, zStep)))
        },
        singularValueDecomposition: { m, n, a, u, s, v in
            LAPACKE_sgesdd(LAPACK_ROW_MAJOR, singular, m, n, a, n, s, u, min(m, n), v, n)
        },
        qrReflections: { LAPACKE_sgeqrf(LAPACK_ROW_MAJOR, $0, $1, $2, $1, $3) },
        qFromReflections: { LAPACKE_sorgqr(LAPACK_ROW_MAJOR, $0, $1, $1, $2, $1, $3) },
        choleskyFactor: { LAPACKE_spotrf(LAPACK_ROW_MAJOR, lower, $0, $1, $0) },
        solve: { n, k, a, b in
            var pivots = [Int32](repeating: 0, count: Int(n))
            return LAPACKE_sgesv(LAPACK_ROW_MAJOR, n, k, a, n, &pivots, b, k)
        },
        symmetricEigen: { LAPACKE_ssyevd(LAPACK_ROW_MAJOR, vectors, lower, $0, $1, $0, $2) })
}

extension LinearAlgebraRoutines<Double> {
    static let double = LinearAlgebraRoutines(
        product: { x, y, keeping, z, zStep, rows, inner, columns in
            cblas_dgemm(
                CblasRowMajor, x.blasTransposition, y.blasTransposition, Int32(rows), Int32(columns), Int32(inner),
                1, x.elements, Int32(max(1, x.rowStep)), y.elements, Int32(max(1, y.rowStep)), keeping, z, Int32(max(1, zStep)))
        },
        singularValueDecomposition: { m, n, a, u, s, v in
            LAPACKE_dgesdd(LAPACK_ROW_MAJOR, singular, m, n, a, n, s, u, min(m, n), v, n)
        },
        qrReflections: { LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, $0, $1, $2, $1, $3) },
        qFromReflections: { LAPACKE_dorgqr(LAPACK_ROW_MAJOR, $0, $1, $1, $2, $1, $3) },
        choleskyFactor: { LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lower, $0, $1, $0) },
        solve: { n, k, a, b in
            var pivots = [Int32](repeating: 0, count: Int(n))
            return LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, k, a, n, &pivots, b, k)
        },
        symmetricEigen: { LAPACKE_dsyevd(LAPACK_ROW_MAJOR, vectors, lower, $0, $1, $0, $2) })
}

// LAPACK names its choices by letters.
private let singular = CChar(UInt8(ascii: "S"))
private let lower = CChar(UInt8(ascii: "L"))
private let vectors = CChar(UInt8(ascii: "V"))
