/// How images are read at fractional positions.
public struct GridSampling: Sendable, Hashable {
    /// What is read between pixels.
    public enum Interpolation: Sendable, Hashable {
        /// The nearest pixel, halves to the even one.
        case nearest
        /// The four neighbors, weighted by their distance.
        case bilinear
        /// The sixteen neighbors, by cubic convolution with a = −3/4.
        case bicubic
    }

    /// What lies outside the image.
    public enum Border: Sendable, Hashable {
        /// Zeros.
        case zero
        /// The pixel at the edge.
        case edge
        /// The image mirrored at its edge.
        case reflection
    }

    /// What is read between pixels.
    public var interpolation: Interpolation
    /// What lies outside the image.
    public var border: Border
    /// Whether −1 and 1 are the centers of the corner pixels; otherwise they are the outer borders.
    public var alignsCorners: Bool

    /// A way to read images.
    public init(_ interpolation: Interpolation = .bilinear, border: Border = .zero, alignsCorners: Bool = false) {
        self.interpolation = interpolation
        self.border = border
        self.alignsCorners = alignsCorners
    }
}

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

/// What is read along one axis at each position of a grid.
struct GridTaps {
    /// For each tap and position the pixel; −1 outside the image.
    private(set) var pixels: [[Int]] = []
    /// For each tap and position the weight, and its slope by the grid's coordinate.
    private(set) var weights: [[Double]] = []
    private(set) var slopes: [[Double]] = []

    /// - Parameters:
    ///   - coordinates: From −1 to 1 inside the image.
    ///   - extent: Of the image's axis.
    init(_ coordinates: [Double], extent: Int, _ sampling: GridSampling) {
        let scale = Double(sampling.alignsCorners ? extent - 1 : extent) / 2
        let first = sampling.interpolation == .bicubic ? -1 : 0
        let count = sampling.interpolation == .nearest ? 1 : sampling.interpolation == .bilinear ? 2 : 4
        for tap in 0..<count {
            var (pixels, weights, slopes) = ([Int](), [Double](), [Double]())
            for coordinate in coordinates {
                let raw = (coordinate + 1) * scale - (sampling.alignsCorners ? 0 : 0.5)
                // Cubic convolution mirrors the pixels that it reads, the others the place itself.
                let (place, direction) = sampling.interpolation == .bicubic ? (raw, 1) : sampling.held(raw, extent)
                let pixel: Double
                switch sampling.interpolation {
                case .nearest:
                    pixel = place.rounded(.toNearestOrEven)
                    weights.append(1)
                    slopes.append(0)
                case .bilinear, .bicubic:
                    pixel = place.rounded(.down) + Double(first + tap)
                    let (weight, slope) = sampling.weight(at: pixel - place)
                    weights.append(weight)
                    slopes.append(-slope * direction * scale)
                }
                let read = sampling.interpolation == .bicubic ? sampling.held(pixel, extent).place.rounded() : pixel
                pixels.append(read >= 0 && read < Double(extent) ? Int(read) : -1)
            }
            self.pixels.append(pixels)
            self.weights.append(weights)
            self.slopes.append(slopes)
        }
    }
}

extension GridSampling {
    /// A place brought into the image as the border has it, and its slope by the place.
    fileprivate func held(_ place: Double, _ extent: Int) -> (place: Double, slope: Double) {
        let last = Double(extent - 1)
        func clipped(_ place: Double, _ slope: Double) -> (Double, Double) {
            place < 0 ? (0, 0) : place > last ? (last, 0) : (place, slope)
        }
        switch border {
        case .zero: return (place, 1)
        case .edge: return clipped(place, 1)
        case .reflection:
            let low = alignsCorners ? 0 : -0.5
            let span = alignsCorners ? last : Double(extent)
            guard span > 0 else { return (0, 0) }
            let distance = abs(place - low), direction: Double = place < low ? -1 : 1
            let turns = (distance / span).rounded(.down), rest = distance - turns * span
            let isEven = turns.remainder(dividingBy: 2) == 0
            return clipped(low + (isEven ? rest : span - rest), isEven ? direction : -direction)
        }
    }

    /// The weight of a pixel at a distance, and its slope by the distance.
    fileprivate func weight(at distance: Double) -> (Double, Double) {
        let d = abs(distance), sign: Double = distance < 0 ? -1 : 1
        guard interpolation == .bicubic else { return d < 1 ? (1 - d, -sign) : (0, 0) }
        let a = -0.75
        if d <= 1 { return (((a + 2) * d - (a + 3)) * d * d + 1, sign * (3 * (a + 2) * d - 2 * (a + 3)) * d) }
        return d < 2 ? (((a * d - 5 * a) * d + 8 * a) * d - 4 * a, sign * ((3 * a * d - 10 * a) * d + 8 * a)) : (0, 0)
    }
}
