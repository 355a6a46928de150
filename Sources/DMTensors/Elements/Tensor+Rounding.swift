import CDMKernels

/// Whole numbers near each element, and its sign.
extension Tensor where Scalar: FloatingPointScalar {
    /// The largest whole number that is not above x.
    public func floor() -> Tensor { mapped(by: Scalar.kernelTables.real.floor) }
    /// The smallest whole number that is not below x.
    public func ceiling() -> Tensor { mapped(by: Scalar.kernelTables.real.ceiling) }
    /// The nearest whole number, halves to the even one.
    public func rounded() -> Tensor { mapped(by: Scalar.kernelTables.real.nearest) }
}

extension Tensor where Scalar: NumericScalar {
    /// −1, 0 or 1 by the sign of x, for scalars that have one.
    public func sign() -> Tensor {
        Tensor(converting: isGreater(than: 0)) - Tensor(converting: isLess(than: 0))
    }
}
