extension Tensor where Scalar: FloatingPointScalar {
    /// Adds `y` to `x` element by element.
    public static func += (x: inout Tensor, y: Tensor) {
        checkShape(x.shape == y.shape, "cannot add \(y.shape) to \(x.shape)")
        x.withUnsafeMutableElements { x in y.withUnsafeElements { y in for i in x.indices { x[i] += y[i] } } }
    }
}
