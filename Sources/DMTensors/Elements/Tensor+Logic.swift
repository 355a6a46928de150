import CDMKernels

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
