public import DMTensors

extension Variable {
    /// The images `[n, h, w, c]` resized to `[n, height, width, c]` by bilinear interpolation.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the centers of the corner pixels stay in place (row i reads
    ///     `i * (h - 1) / (H - 1)`); otherwise the outer borders do (row i reads `(i + 1/2) * h / H - 1/2`,
    ///     held inside the image). Downsampling does not smooth (no antialiasing).
    /// - Precondition: The images have pixels.
    public func resized(height: Int, width: Int, alignsCorners: Bool) -> Variable {
        .apply(.resize, self) { x in
            let shape = x.shape
            return (
                x.resized(height: height, width: width, alignsCorners: alignsCorners),
                { Tensor.resizingGradient(of: $0, for: shape, alignsCorners: alignsCorners) }
            )
        }
    }

    /// The images `[n, h, w, c]` resized to `[n, height, width, c]` by nearest-neighbor interpolation.
    ///
    /// - Parameters:
    ///   - height: The new height H.
    ///   - width: The new width W.
    ///   - alignsCorners: Whether the corner pixels stay in place (row i is `round(i * (h - 1) / (H - 1))`, halves
    ///     rounded up); otherwise row i is `floor((i + 1/2) * h / H)`.
    /// - Precondition: The images have pixels.
    public func resizedNearest(height: Int, width: Int, alignsCorners: Bool) -> Variable {
        checkShape(shape.count == 4, "images to be resized have four axes, not the shape \(shape)")
        return .apply(.resizeNearest, self) { x in
            let shape = x.shape
            return (
                x.resizedNearest(height: height, width: width, alignsCorners: alignsCorners),
                { Tensor.nearestResizingGradient(of: $0, for: shape, alignsCorners: alignsCorners) }
            )
        }
    }
}

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

/// Images sampled at the positions of a grid, differentiable in both (`grid_sample` in PyTorch).
///
/// y[n, r, c, :] = Σ w(n, r, c; i, j) x[n, i, j, :], where the weights follow from the distance of pixel (i, j) to the
/// position grid[n, r, c]. Jaderberg et al., *Spatial Transformer Networks*, NeurIPS 2015.
///
/// - Parameters:
///   - x: Images `[n, h, w, c]` with pixels.
///   - grid: Positions `[n, H, W, 2]`: x and y, each from −1 to 1 inside the image.
///   - sampling: What is read between pixels and outside the image.
/// - Returns: Images `[n, H, W, c]`.
public func gridSampled<Scalar: FloatingPointScalar>(
    _ x: Variable<Scalar>, at grid: Variable<Scalar>, _ sampling: GridSampling = GridSampling()
) -> Variable<Scalar> {
    .apply(.gridSample, [x, grid]) { operands, _ in
        let (x, grid) = (operands[0], operands[1])
        return (
            gridSampled(x, at: grid, sampling),
            { gradient in
                let (dx, dgrid) = gridSamplingGradients(of: gradient, x, at: grid, sampling)
                return [dx, dgrid]
            }
        )
    }
}
