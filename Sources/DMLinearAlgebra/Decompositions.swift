public import DMTensors

/// Why a decomposition of a matrix failed.
public enum LinearAlgebraError: Error, Equatable {
    /// The matrix has no inverse: a pivot is exactly 0.
    case singular(operation: String, shape: [Int])
    /// The matrix is not positive definite.
    case notPositiveDefinite(operation: String, shape: [Int])
    /// An iteration did not end; the matrix holds what is not a number, or nearly so.
    case notConverged(operation: String, shape: [Int])
    /// The matrix holds infinity or what is not a number.
    case notFinite(operation: String, shape: [Int])
}

/// Decompositions of single matrices, by LAPACK.
extension Tensor where Scalar: LAPACKScalar {
    /// The singular values and vectors: x = u diag(s) vᵀ.
    ///
    /// - Precondition: A matrix `[m, n]`. With k = min(m, n):
    /// - Returns: Orthonormal columns `u` `[m, k]`, singular values `[k]` in descending order, and
    ///   orthonormal rows `transposedV` `[k, n]`.
    /// - Throws: `notConverged` or `notFinite`.
    public func singularValueDecomposition() throws(LinearAlgebraError) -> (u: Tensor, singularValues: Tensor, transposedV: Tensor) {
        let (m, n) = try matrixExtents("singular value decomposition")
        let k = Swift.min(m, n)
        var (a, u, s) = (self, Tensor(repeating: 0, shape: [m, k]), Tensor(repeating: 0, shape: [k]))
        var v = Tensor(repeating: 0, shape: [k, n])
        guard k > 0 else { return (u, s, v) }
        let status = a.withUnsafeMutableElements { a in
            u.withUnsafeMutableElements { u in
                s.withUnsafeMutableElements { s in
                    v.withUnsafeMutableElements { v in
                        Scalar.lapack.singularValueDecomposition(
                            Int32(m), Int32(n), a.baseAddress!, u.baseAddress!, s.baseAddress!, v.baseAddress!)
                    }
                }
            }
        }
        if status != 0 { throw .notConverged(operation: "singular value decomposition", shape: shape) }
        return (u, s, v)
    }

    /// The singular values of a matrix `[m, n]` in descending order, `[min(m, n)]`.
    ///
    /// - Throws: `notConverged` or `notFinite`.
    public func singularValues() throws(LinearAlgebraError) -> Tensor { try singularValueDecomposition().singularValues }

    /// Orthonormal columns and an upper triangle: x = q r.
    ///
    /// - Precondition: A matrix `[m, n]`. With k = min(m, n):
    /// - Returns: `q` `[m, k]` and `r` `[k, n]`.
    /// - Throws: `notFinite`.
    public func qrDecomposition() throws(LinearAlgebraError) -> (q: Tensor, r: Tensor) {
        let (m, n) = try matrixExtents("QR decomposition")
        let k = Swift.min(m, n)
        guard k > 0 else { return (Tensor(repeating: 0, shape: [m, k]), Tensor(repeating: 0, shape: [k, n])) }
        var (a, scales) = (self, Tensor(repeating: 0, shape: [k]))
        let reflected = a.withUnsafeMutableElements { a in
            scales.withUnsafeMutableElements { Scalar.lapack.qrReflections(Int32(m), Int32(n), a.baseAddress!, $0.baseAddress!) }
        }
        let r = a.sliced(along: 0, from: 0, to: k).keepingTriangle { $0 <= $1 }
        var q = a.sliced(along: 1, from: 0, to: k)
        let assembled = q.withUnsafeMutableElements { q in
            scales.withUnsafeMutableElements { Scalar.lapack.qFromReflections(Int32(m), Int32(k), q.baseAddress!, $0.baseAddress!) }
        }
        if reflected != 0 || assembled != 0 { throw .notConverged(operation: "QR decomposition", shape: shape) }
        return (q, r)
    }

    /// The lower triangle l of a symmetric positive definite matrix: x = l lᵀ.
    ///
    /// - Precondition: A matrix `[n, n]`, of which the lower triangle is read.
    /// - Throws: `notPositiveDefinite` or `notFinite`.
    public func choleskyFactor() throws(LinearAlgebraError) -> Tensor {
        let n = try squareExtent("Cholesky factor")
        var l = self
        guard n > 0 else { return l }
        let status = l.withUnsafeMutableElements { Scalar.lapack.choleskyFactor(Int32(n), $0.baseAddress!) }
        if status != 0 { throw .notPositiveDefinite(operation: "Cholesky factor", shape: shape) }
        return l.keepingTriangle { $0 >= $1 }
    }

    /// The solution z of the equations x z = y.
    ///
    /// - Precondition: This is a matrix `[n, n]`.
    /// - Parameter right: The right-hand sides, `[n]` or `[n, k]`.
    /// - Returns: The solution, of the shape of `right`.
    /// - Throws: `singular` or `notFinite`.
    public func solved(for right: Tensor) throws(LinearAlgebraError) -> Tensor {
        let n = try squareExtent("solution")
        require((1...2).contains(right.rank) && right.shape[0] == n, "no solution of the equations \(shape) for \(right.shape)")
        var (a, solution) = (self, right)
        guard right.count > 0 else { return right }
        let columns = Int32(right.count / n)
        let status = a.withUnsafeMutableElements { a in
            solution.withUnsafeMutableElements { Scalar.lapack.solve(Int32(n), columns, a.baseAddress!, $0.baseAddress!) }
        }
        if status != 0 { throw .singular(operation: "solution", shape: shape) }
        return solution
    }

    /// The eigenvalues and eigenvectors of a symmetric matrix: x = v diag(λ) vᵀ.
    ///
    /// - Precondition: A matrix `[n, n]`, of which the lower triangle is read.
    /// - Returns: Eigenvalues `[n]` in ascending order and, in the columns of `[n, n]`, orthonormal
    ///   eigenvectors.
    /// - Throws: `notConverged` or `notFinite`.
    public func symmetricEigen() throws(LinearAlgebraError) -> (eigenvalues: Tensor, eigenvectors: Tensor) {
        let n = try squareExtent("eigenvalues")
        var (vectors, values) = (self, Tensor(repeating: 0, shape: [n]))
        guard n > 0 else { return (values, vectors) }
        let status = vectors.withUnsafeMutableElements { a in
            values.withUnsafeMutableElements { Scalar.lapack.symmetricEigen(Int32(n), a.baseAddress!, $0.baseAddress!) }
        }
        if status != 0 { throw .notConverged(operation: "eigenvalues", shape: shape) }
        return (values, vectors)
    }

    private func matrixExtents(_ operation: String) throws(LinearAlgebraError) -> (Int, Int) {
        require(rank == 2, "\(operation) of a matrix, not of the shape \(shape)")
        if !withUnsafeElements({ $0.allSatisfy(\.isFinite) }) { throw .notFinite(operation: operation, shape: shape) }
        return (shape[0], shape[1])
    }

    private func squareExtent(_ operation: String) throws(LinearAlgebraError) -> Int {
        require(rank == 2 && shape[0] == shape[1], "\(operation) of a square matrix, not of the shape \(shape)")
        return try matrixExtents(operation).0
    }

    /// The elements at (row, column) for which `isKept` holds, 0 elsewhere.
    private func keepingTriangle(_ isKept: (Int, Int) -> Bool) -> Tensor {
        var result = self
        let columns = shape[1]
        result.withUnsafeMutableElements { elements in
            for index in elements.indices where !isKept(index / columns, index % columns) { elements[index] = 0 }
        }
        return result
    }
}
