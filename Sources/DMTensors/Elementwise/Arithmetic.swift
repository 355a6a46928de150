import CDMKernels

/// Arithmetic element by element. Shapes are broadcast: axes are matched from the last, and an
/// extent of 1 is repeated.
extension Tensor where Scalar: NumericScalar {
    /// The sums x + y.
    public static func + (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "add", by: Scalar.elementKernels.table.add) }
    /// The sums x + y with one number.
    public static func + (x: Tensor, y: Scalar) -> Tensor { x + Tensor(y) }
    /// The sums x + y with one number.
    public static func + (x: Scalar, y: Tensor) -> Tensor { Tensor(x) + y }

    /// The differences x - y.
    public static func - (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "subtract", by: Scalar.elementKernels.table.subtract) }
    /// The differences x - y with one number.
    public static func - (x: Tensor, y: Scalar) -> Tensor { x - Tensor(y) }
    /// The differences x - y with one number.
    public static func - (x: Scalar, y: Tensor) -> Tensor { Tensor(x) - y }

    /// The products x y, element by element; `matmul` is the product of matrices.
    public static func * (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "multiply", by: Scalar.elementKernels.table.multiply) }
    /// The products x y with one number.
    public static func * (x: Tensor, y: Scalar) -> Tensor { x * Tensor(y) }
    /// The products x y with one number.
    public static func * (x: Scalar, y: Tensor) -> Tensor { Tensor(x) * y }

    /// Adds `y`, broadcast to the shape of `x`.
    public static func += (x: inout Tensor, y: Tensor) { x.combine(with: y, "add", by: Scalar.elementKernels.table.add) }
    /// Adds one number to every element.
    public static func += (x: inout Tensor, y: Scalar) { x += Tensor(y) }

    /// Subtracts `y`, broadcast to the shape of `x`.
    public static func -= (x: inout Tensor, y: Tensor) { x.combine(with: y, "subtract", by: Scalar.elementKernels.table.subtract) }
    /// Subtracts one number from every element.
    public static func -= (x: inout Tensor, y: Scalar) { x -= Tensor(y) }

    /// Multiplies by `y`, broadcast to the shape of `x`.
    public static func *= (x: inout Tensor, y: Tensor) { x.combine(with: y, "multiply", by: Scalar.elementKernels.table.multiply) }
    /// Multiplies every element by one number.
    public static func *= (x: inout Tensor, y: Scalar) { x *= Tensor(y) }
}

extension Tensor where Scalar: FloatingPointScalar {
    /// The quotients x / y.
    public static func / (x: Tensor, y: Tensor) -> Tensor { combined(x, y, "divide", by: Scalar.kernelTables.real.divide) }
    /// The quotients x / y with one number.
    public static func / (x: Tensor, y: Scalar) -> Tensor { x / Tensor(y) }
    /// The quotients x / y with one number.
    public static func / (x: Scalar, y: Tensor) -> Tensor { Tensor(x) / y }

    /// Divides by `y`, broadcast to the shape of `x`.
    public static func /= (x: inout Tensor, y: Tensor) { x.combine(with: y, "divide", by: Scalar.kernelTables.real.divide) }
    /// Divides every element by one number.
    public static func /= (x: inout Tensor, y: Scalar) { x /= Tensor(y) }

    /// The elements with the opposite sign.
    public static prefix func - (x: Tensor) -> Tensor { x.mapped(by: Scalar.kernelTables.real.negate) }

    /// Adds a x to this tensor in one pass.
    ///
    /// - Parameters:
    ///   - x: A tensor of the same shape.
    ///   - a: The factor of `x`.
    public mutating func add(_ x: Tensor, scaledBy a: Scalar) { scale(by: 1, adding: x, scaledBy: a) }

    /// Replaces this tensor z by b z + a x in one pass.
    ///
    /// ```swift
    /// average.scale(by: 0.999, adding: weights, scaledBy: 0.001)
    /// ```
    ///
    /// - Parameters:
    ///   - b: The factor of this tensor.
    ///   - x: A tensor of the same shape.
    ///   - a: The factor of `x`.
    public mutating func scale(by b: Scalar, adding x: Tensor, scaledBy a: Scalar) {
        require(x.shape == shape, "cannot add \(x.shape) to \(shape) in place")
        withUnsafeMutableElements { z in
            x.withUnsafeElements { x in
                guard let source = x.baseAddress, let target = z.baseAddress else { return }
                Parallelism.forEachUncheckedChunk(of: x.count, size: Parallelism.grain) {
                    Scalar.kernelTables.real.combine(
                        Double(a), source + $0.lowerBound, Double(b), target + $0.lowerBound, $0.count)
                }
            }
        }
    }
}

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
