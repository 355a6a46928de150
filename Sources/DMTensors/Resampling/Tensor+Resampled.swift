extension Tensor where Scalar: FloatingPointScalar {
    /// The tensor with one axis resampled.
    ///
    /// y[..., t, ...] = Σ_i w(t, i) x[..., i, ...]. Axes are resampled one after another; bilinear images of four
    /// axes are the faster `resized(height:width:alignsCorners:)`.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last; it is not empty.
    ///   - extent: The new extent.
    ///   - scale: By how much the axis grows, where that is not the quotient of the extents.
    ///   - resampling: Where the results lie and what is read there.
    public func resampled(along axis: Int, to extent: Int, scale: Double? = nil, _ resampling: Resampling) -> Tensor {
        let axis = resolved([axis], "resample")[0]
        return resampled(along: axis, AxisTaps(from: shape[axis], to: extent, scale: scale, resampling))
    }

    package func resampled(along axis: Int, _ taps: AxisTaps) -> Tensor {
        var extents = shape
        extents[axis] = taps.target
        var result = Tensor(repeating: 0, shape: extents)
        for (positions, weights) in zip(taps.positions, taps.weights) {
            let read = gathered(along: axis, at: positions)
            result += weights.allSatisfy { $0 == 1 } ? read : read * alongAxis(axis, weights)
        }
        if let outside = taps.outside { result += alongAxis(axis, outside) }
        return result
    }

    /// The gradient of a tensor, given that of its `resampled(along:)`.
    package func resamplingGradient(along axis: Int, _ taps: AxisTaps) -> Tensor {
        var extents = shape
        extents[axis] = taps.source
        var result = Tensor(repeating: 0, shape: extents)
        for (positions, weights) in zip(taps.positions, taps.weights) {
            let plan = AxisRows(extents, along: axis, at: positions)
            let rows = (self * alongAxis(axis, weights)).reshaped(to: [plan.rows.count, plan.matrix[1]])
            result += rows.scatteredAdd(rows: plan.rows, count: plan.matrix[0]).reshaped(to: extents)
        }
        return result
    }

    /// Numbers that broadcast along one axis of this tensor.
    private func alongAxis(_ axis: Int, _ numbers: [Double]) -> Tensor {
        Tensor(numbers.map { Scalar($0) }, shape: [numbers.count] + shape[(axis + 1)...].map { _ in 1 })
    }
}
