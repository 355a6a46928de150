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
