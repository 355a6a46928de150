import CDMKernels

/// Division that leaves a rest, element by element, with broadcasting.
extension Tensor where Scalar: NumericScalar {
    /// The remainders of x / y, with the sign of x: x − y · trunc(x / y). Of integers, a division by 0 leaves x.
    public func remainder(dividingBy y: Tensor) -> Tensor {
        Tensor.combined(self, y, "take the remainder of", by: Scalar.elementKernels.table.remainder)
    }

    /// x modulo y, with the sign of y: x − y · floor(x / y). Of integers, modulo 0 leaves x.
    public func modulo(_ y: Tensor) -> Tensor {
        Tensor.combined(self, y, "take the modulus of", by: Scalar.elementKernels.table.modulo)
    }
}

extension Tensor where Scalar: NumericScalar & FixedWidthInteger {
    /// The quotients x / y, cut off toward 0; 0 where y is 0.
    public static func / (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "divide", by: Scalar.elementKernels.table.quotient) }
}
