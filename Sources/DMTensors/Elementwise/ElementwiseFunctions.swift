import CDMKernels

/// Functions of each element. Those of `Float` are exact to a few units in the last place.
extension Tensor where Scalar: FloatingPointScalar {
    /// e^x.
    public func exp() -> Tensor { mapped(by: Scalar.kernelTables.real.exponential) }
    /// The natural logarithm; minus infinity of 0, not a number below.
    public func log() -> Tensor { mapped(by: Scalar.kernelTables.real.logarithm) }
    /// The square root.
    public func squareRoot() -> Tensor { mapped(by: Scalar.kernelTables.real.square_root) }
    /// x².
    public func squared() -> Tensor { mapped(by: Scalar.kernelTables.real.square) }
    /// 1 / x.
    public func reciprocal() -> Tensor { mapped(by: Scalar.kernelTables.real.reciprocal) }
    /// |x|.
    public func absoluteValue() -> Tensor { mapped(by: Scalar.kernelTables.real.absolute) }
    /// The sine of x in radians.
    public func sin() -> Tensor { mapped(by: Scalar.kernelTables.real.sine) }
    /// The cosine of x in radians.
    public func cos() -> Tensor { mapped(by: Scalar.kernelTables.real.cosine) }
    /// The hyperbolic tangent.
    public func tanh() -> Tensor { mapped(by: Scalar.kernelTables.real.tanh) }
    /// The logistic function 1 / (1 + e^-x).
    public func sigmoid() -> Tensor { mapped(by: Scalar.kernelTables.real.sigmoid) }
    /// log(1 / (1 + e^-x)), exact where the logistic function vanishes.
    public func logSigmoid() -> Tensor { mapped(by: Scalar.kernelTables.real.log_sigmoid) }
    /// max(x, 0).
    public func relu() -> Tensor { mapped(by: Scalar.kernelTables.real.relu) }

    /// The Gaussian error linear unit x Φ(x), where Φ is the normal distribution function; not its
    /// approximation by a hyperbolic tangent.
    ///
    /// Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
    public func gelu() -> Tensor { mapped(by: Scalar.kernelTables.real.gelu) }

    /// min(max(x, range.lowerBound), range.upperBound).
    public func clamped(to range: ClosedRange<Scalar>) -> Tensor {
        mapped { Scalar.kernelTables.real.clamp($0, Double(range.lowerBound), Double(range.upperBound), $1, $2) }
    }

    /// x^exponent; not a number where x is negative and the exponent not whole.
    public func power(_ exponent: Scalar) -> Tensor {
        if exponent == 2 { return squared() }
        if exponent == 0.5 { return squareRoot() }
        return mapped { Scalar.kernelTables.real.power($0, Double(exponent), $1, $2) }
    }

    /// x^y element by element, with broadcasting; not a number where x is negative and y not whole.
    public func power(_ exponents: Tensor) -> Tensor {
        Tensor.combined(self, exponents, "raise", by: Scalar.kernelTables.real.raise)
    }

    /// The gradient of x, given that of `x.relu()`, of the same shape.
    package func reluPullback(_ gradient: Tensor) -> Tensor { zipped(with: gradient, by: Scalar.kernelTables.real.relu_pullback) }

    /// The gradient of x, given that of `x.gelu()`, of the same shape.
    package func geluPullback(_ gradient: Tensor) -> Tensor { zipped(with: gradient, by: Scalar.kernelTables.real.gelu_pullback) }

    /// A kernel run over the elements of this tensor and of `y`, which has its shape.
    func zipped(
        with y: Tensor, by kernel: (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Void
    ) -> Tensor {
        require(y.shape == shape, "the gradient of \(shape) has that shape, not \(y.shape)")
        return Tensor(shape: shape) { z in
            withUnsafeElements { x in
                y.withUnsafeElements { y in
                    guard let a = x.baseAddress, let b = y.baseAddress, let c = z.baseAddress else { return }
                    Parallelism.forEachUncheckedChunk(of: x.count, size: Parallelism.grain) {
                        kernel(a + $0.lowerBound, b + $0.lowerBound, c + $0.lowerBound, $0.count)
                    }
                }
            }
        }
    }
}

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
        Tensor(converting: self .> 0) - Tensor(converting: self .< 0)
    }
}

extension Tensor {
    /// The elements of `x` as numbers of another type.
    ///
    /// Fractions are cut off toward zero, what lies beyond the range of the type becomes its nearest
    /// bound, and what is no number becomes 0. `true` is 1, and everything but 0 is `true`.
    public init<Source>(converting x: Tensor<Source>) {
        if let same = x as? Tensor {
            self = same
        } else {
            self = x.mapped(by: Scalar.elementKernels.conversion(Source.elementKernels.table))
        }
    }
}
