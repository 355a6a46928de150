public import DMTensors

/// Images read at the positions of a grid, differentiable in both.
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
