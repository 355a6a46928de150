public import DMTensors

extension Variable {
    /// The variable with one axis resampled.
    ///
    /// y[..., t, ...] = Σ_i w(t, i) x[..., i, ...]. Axes are resampled one after another; bilinear images of four
    /// axes are the faster `resized(height:width:alignsCorners:)`.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last; it is not empty.
    ///   - extent: The new extent.
    ///   - scale: By how much the axis grows, where that is not the quotient of the extents.
    ///   - resampling: Where the results lie and what is read there.
    public func resampled(along axis: Int, to extent: Int, scale: Double? = nil, _ resampling: Resampling) -> Variable {
        .apply(.resample, self) { x in
            let axis = x.resolved([axis], "resample")[0]
            let taps = AxisTaps(from: x.shape[axis], to: extent, scale: scale, resampling)
            return (x.resampled(along: axis, taps), { $0.resamplingGradient(along: axis, taps) })
        }
    }
}
