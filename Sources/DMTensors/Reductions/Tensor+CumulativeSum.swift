import CDMKernels

extension Tensor where Scalar: NumericScalar {
    /// The sums of all elements up to each position of an axis.
    ///
    /// y[..., i, ...] = Σ_{j ≤ i} x[..., j, ...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - excludesSelf: Whether a sum leaves out the element at its own position (j < i).
    ///   - isReversed: Whether sums run from the end (j ≥ i).
    public func cumulativeSum(along axis: Int, excludesSelf: Bool = false, isReversed: Bool = false) -> Tensor {
        let axis = resolved([axis], "cumulative sum")[0]
        let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        let line = shape[axis] * inner
        return Tensor(shape: shape) { z in
            withUnsafeElements { x in
                guard !x.isEmpty, let source = x.baseAddress, let target = z.baseAddress else { return }
                Parallelism.forEachChunk(of: outer, size: max(1, Parallelism.grain / line)) {
                    Scalar.elementKernels.table.cumulative_sum(
                        source + $0.lowerBound * line, target + $0.lowerBound * line, $0.count, shape[axis], inner, excludesSelf,
                        isReversed)
                }
            }
        }
    }
}
