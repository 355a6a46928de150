/// Images read at the positions of a grid.
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
    _ x: Tensor<Scalar>, at grid: Tensor<Scalar>, _ sampling: GridSampling = GridSampling()
) -> Tensor<Scalar> {
    let plan = GridPlan(x.shape, grid, sampling)
    let rows = x.reshaped(to: [plan.pixelCount, x.shape[3]])
    var y = Tensor<Scalar>(repeating: 0, shape: [plan.pointCount, x.shape[3]])
    for tap in plan.taps { y += rows.gathered(rows: tap.rows) * tap.weight }
    return y.reshaped(to: grid.shape.dropLast() + [x.shape[3]])
}

/// The gradients of `gridSampled`, given that of its result.
package func gridSamplingGradients<Scalar: FloatingPointScalar>(
    of gradient: Tensor<Scalar>, _ x: Tensor<Scalar>, at grid: Tensor<Scalar>, _ sampling: GridSampling
) -> (x: Tensor<Scalar>, grid: Tensor<Scalar>) {
    let plan = GridPlan(x.shape, grid, sampling)
    let channels = x.shape[3]
    let rows = x.reshaped(to: [plan.pixelCount, channels]), dy = gradient.reshaped(to: [plan.pointCount, channels])
    var dx = Tensor<Scalar>(repeating: 0, shape: [plan.pixelCount, channels])
    var dgrid = Tensor<Scalar>(repeating: 0, shape: [plan.pointCount, 2])
    for tap in plan.taps {
        dx += (dy * tap.weight).scatteredAdd(rows: tap.rows, count: plan.pixelCount)
        dgrid += (dy * rows.gathered(rows: tap.rows)).sum(along: [1], keepingAxes: true) * tap.slope
    }
    return (dx.reshaped(to: x.shape), dgrid.reshaped(to: grid.shape))
}

/// What is read at each position of a grid, tap by tap.
private struct GridPlan<Scalar: FloatingPointScalar> {
    struct Tap {
        /// The pixel of all images that each position reads, `[points]`.
        let rows: Tensor<Int32>
        /// Its weight, `[points, 1]`.
        let weight: Tensor<Scalar>
        /// The slopes of the weight by the position's x and y, `[points, 2]`.
        let slope: Tensor<Scalar>
    }

    let taps: [Tap]
    let pixelCount: Int
    let pointCount: Int

    init(_ shape: [Int], _ grid: Tensor<Scalar>, _ sampling: GridSampling) {
        require(
            shape.count == 4 && grid.rank == 4 && grid.shape[0] == shape[0] && grid.shape[3] == 2 && shape[1] > 0 && shape[2] > 0,
            "gridSampled takes images [n, h, w, c] and a grid [n, H, W, 2], not \(shape) and \(grid.shape)")
        let (height, width) = (shape[1], shape[2])
        let coordinates = grid.scalars.map { Double($0) }, count = coordinates.count / 2
        let columns = GridTaps((0..<count).map { coordinates[2 * $0] }, extent: width, sampling)
        let rows = GridTaps((0..<count).map { coordinates[2 * $0 + 1] }, extent: height, sampling)
        let pointsPerImage = grid.shape[1] * grid.shape[2]
        pixelCount = shape[0] * height * width
        pointCount = count
        taps = rows.pixels.indices.flatMap { i in
            columns.pixels.indices.map { j in
                var (pixels, weights, slopes) = ([Int32](), [Scalar](), [Scalar]())
                for point in 0..<count {
                    let (row, column) = (rows.pixels[i][point], columns.pixels[j][point])
                    let isInside = row >= 0 && column >= 0
                    pixels.append(isInside ? Int32((point / pointsPerImage * height + row) * width + column) : 0)
                    let (u, v) = (columns.weights[j][point], rows.weights[i][point])
                    weights.append(isInside ? Scalar(u * v) : 0)
                    slopes.append(isInside ? Scalar(columns.slopes[j][point] * v) : 0)
                    slopes.append(isInside ? Scalar(u * rows.slopes[i][point]) : 0)
                }
                return Tap(
                    rows: Tensor(pixels), weight: Tensor(weights, shape: [count, 1]), slope: Tensor(slopes, shape: [count, 2]))
            }
        }
    }
}
