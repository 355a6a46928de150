import CDMLAPACKE
public import DMTensors

/// An element type that LAPACK computes with: `Float` and `Double`.
public protocol LAPACKScalar: FloatingPointScalar {
    /// The type's routines.
    static var lapack: LAPACKRoutines<Self> { get }
}

extension Float: LAPACKScalar {
    /// The routines of single precision.
    public static var lapack: LAPACKRoutines<Float> { .float }
}

extension Double: LAPACKScalar {
    /// The routines of double precision.
    public static var lapack: LAPACKRoutines<Double> { .double }
}

/// The routines of LAPACK for one real type. Matrices are row-major; results are 0 where a routine succeeded.
public struct LAPACKRoutines<Scalar: Sendable>: Sendable {
    typealias Elements = UnsafeMutablePointer<Scalar>

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

extension LAPACKRoutines<Float> {
    static let float = LAPACKRoutines(
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

extension LAPACKRoutines<Double> {
    static let double = LAPACKRoutines(
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
