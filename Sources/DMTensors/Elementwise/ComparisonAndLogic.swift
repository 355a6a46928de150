import CDMKernels

/// Comparisons element by element, with broadcasting.
extension Tensor where Scalar: NumericScalar {
    /// Where x < y.
    public func isLess(than y: Tensor) -> Tensor<Bool> { .combined(self, y, "compare", by: Scalar.elementKernels.table.is_less) }
    /// Where x < y.
    public func isLess(than y: Scalar) -> Tensor<Bool> { isLess(than: Tensor(y)) }
    /// Where x <= y.
    public func isLessOrEqual(to y: Tensor) -> Tensor<Bool> {
        .combined(self, y, "compare", by: Scalar.elementKernels.table.is_less_or_equal)
    }
    /// Where x <= y.
    public func isLessOrEqual(to y: Scalar) -> Tensor<Bool> { isLessOrEqual(to: Tensor(y)) }
    /// Where x > y.
    public func isGreater(than y: Tensor) -> Tensor<Bool> { y.isLess(than: self) }
    /// Where x > y.
    public func isGreater(than y: Scalar) -> Tensor<Bool> { isGreater(than: Tensor(y)) }
    /// Where x >= y.
    public func isGreaterOrEqual(to y: Tensor) -> Tensor<Bool> { y.isLessOrEqual(to: self) }
    /// Where x >= y.
    public func isGreaterOrEqual(to y: Scalar) -> Tensor<Bool> { isGreaterOrEqual(to: Tensor(y)) }
    /// Where x = y.
    public func isEqual(to y: Tensor) -> Tensor<Bool> { .combined(self, y, "compare", by: Scalar.elementKernels.table.is_equal) }
    /// Where x = y.
    public func isEqual(to y: Scalar) -> Tensor<Bool> { isEqual(to: Tensor(y)) }
}

extension Tensor where Scalar: FloatingPointScalar {
    /// Where x is not a number.
    public func isNaN() -> Tensor<Bool> { isEqual(to: self).negated() }
    /// Where x is positive or negative infinity.
    public func isInfinite() -> Tensor<Bool> { absoluteValue().isEqual(to: .infinity) }
}

/// The larger of x and y element by element, with broadcasting.
public func maximum<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    .combined(x, y, "take the maximum of", by: Scalar.elementKernels.table.maximum)
}

/// The smaller of x and y element by element, with broadcasting.
public func minimum<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    .combined(x, y, "take the minimum of", by: Scalar.elementKernels.table.minimum)
}

/// The element of x where the mask is true, of y where it is not; all three are broadcast.
public func select<Scalar>(where mask: Tensor<Bool>, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    let shape = broadcastShape(mask.shape, broadcastShape(x.shape, y.shape, "select from"), "select with")
    let (mask, x, y) = (mask.broadcast(to: shape), x.broadcast(to: shape), y.broadcast(to: shape))
    return Tensor(shape: shape) { z in
        guard !z.isEmpty else { return }
        mask.withUnsafeElements { mask in
            x.withUnsafeElements { x in
                y.withUnsafeElements { y in
                    mask.withMemoryRebound(to: UInt8.self) { mask in
                        Parallelism.forEachChunk(of: z.count, size: Parallelism.grain) {
                            let start = $0.lowerBound
                            Scalar.elementKernels.table.select(
                                mask.baseAddress! + start, x.baseAddress! + start, y.baseAddress! + start, z.baseAddress! + start, $0.count)
                        }
                    }
                }
            }
        }
    }
}

/// Logic element by element, with broadcasting. Truth values are bytes 0 or 1.
extension Tensor where Scalar == Bool {
    /// Where both x and y are true.
    public func and(_ y: Tensor) -> Tensor { Tensor.combined(self, y, "combine", by: Bool.elementKernels.table.minimum) }
    /// Where x or y is true.
    public func or(_ y: Tensor) -> Tensor { Tensor.combined(self, y, "combine", by: Bool.elementKernels.table.maximum) }
    /// Where x and y differ.
    public func differs(from y: Tensor) -> Tensor { agrees(with: y).negated() }
    /// Where x and y are the same.
    public func agrees(with y: Tensor) -> Tensor { Tensor.combined(self, y, "combine", by: Bool.elementKernels.table.is_equal) }
    /// Where x is false.
    public func negated() -> Tensor { agrees(with: Tensor(false)) }
}
