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
