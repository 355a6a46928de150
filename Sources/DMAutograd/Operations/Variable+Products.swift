import DMTensors

/// The product of two matrices, or of two batches of them.
///
/// With `Z = X · Y` the gradients are `∂X = ∂Z · Yᵀ` and `∂Y = Xᵀ · ∂Z`; none of the transposes is
/// written out.
///
/// - Parameters:
///   - x: `[..., m, k]`, or `[..., k, m]` if it is transposed.
///   - y: `[..., k, n]`, or `[..., n, k]` if it is transposed, with the same leading axes.
///   - transposingFirst: Whether the matrices of `x` are transposed first.
///   - transposingSecond: Whether the matrices of `y` are transposed first.
/// - Returns: `[..., m, n]`.
public func matmul<Scalar>(
    _ x: Variable<Scalar>, _ y: Variable<Scalar>, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Variable<Scalar> {
    .apply(.matmul, x, y) { x, y in
        (
            matmul(x, y, transposingFirst: transposingFirst, transposingSecond: transposingSecond),
            {
                transposingFirst
                    ? matmul(y, $0, transposingFirst: transposingSecond, transposingSecond: true)
                    : matmul($0, y, transposingSecond: !transposingSecond)
            },
            {
                transposingSecond
                    ? matmul($0, x, transposingFirst: true, transposingSecond: transposingFirst)
                    : matmul(x, $0, transposingFirst: !transposingFirst)
            }
        )
    }
}
