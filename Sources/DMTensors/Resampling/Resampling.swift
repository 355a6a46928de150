/// How an axis is resampled: where each result lies on the source, and what is read there.
public struct Resampling: Sendable, Hashable {
    /// What is read between two positions of the source.
    public enum Interpolation: Sendable, Hashable {
        /// The nearest position.
        case nearest(Rounding)
        /// The line through both neighbors.
        case linear
        /// The cubic convolution of four neighbors; its slope is `a`. Keys, 1981 (there a = −1/2).
        case cubic(a: Double = -0.75)
    }

    /// The whole number that stands for one between two.
    public enum Rounding: Sendable, Hashable {
        /// The nearest, halves down.
        case halfDown
        /// The nearest, halves up.
        case halfUp
        /// The next below.
        case down
        /// The next above.
        case up
    }

    /// Where result t of an axis that grows by `scale` from `source` to `target` lies on the source.
    public enum Coordinates: Sendable, Hashable {
        /// (t + 1/2) / scale − 1/2: the outer borders stay in place.
        case halfPixel
        /// As `halfPixel`, but −1/2 where there is one result alone.
        case halfPixelOrStart
        /// As `halfPixel`, kept symmetric where the scaled extent is not whole.
        case halfPixelSymmetric
        /// t (source − 1) / (target − 1): the corners stay in place.
        case alignedCorners
        /// t / scale.
        case asymmetric
        /// (t + 1/2) / scale.
        case halfPixelFloor
        /// The part of the axis from `start` to `end`, fractions of its length; what lies beyond the axis is `outside`.
        case region(start: Double, end: Double, outside: Double)
    }

    /// What is read between two positions.
    public var interpolation: Interpolation
    /// Where the results lie.
    public var coordinates: Coordinates
    /// Whether an axis that shrinks is smoothed, so that every position counts.
    public var antialiases: Bool
    /// Whether positions beyond the axis are left out; otherwise those at its ends stand for them.
    public var excludesOutside: Bool

    /// A way to resample an axis.
    public init(
        _ interpolation: Interpolation, _ coordinates: Coordinates = .halfPixel, antialiases: Bool = false, excludesOutside: Bool = false
    ) {
        self.interpolation = interpolation
        self.coordinates = coordinates
        self.antialiases = antialiases
        self.excludesOutside = excludesOutside
    }
}

extension Resampling.Coordinates {
    /// Where result `t` lies on the source.
    func place(of t: Int, source: Int, target: Int, scale: Double) -> Double {
        let (t, length, scaled) = (Double(t), Double(source), scale * Double(source))
        switch self {
        case .halfPixel: return (t + 0.5) / scale - 0.5
        case .halfPixelOrStart: return target == 1 ? -0.5 : (t + 0.5) / scale - 0.5
        case .halfPixelSymmetric: return length / 2 * (1 - Double(target) / scaled) + (t + 0.5) / scale - 0.5
        case .alignedCorners: return scaled == 1 ? 0 : t * (length - 1) / (scaled - 1)
        case .asymmetric: return t / scale
        case .halfPixelFloor: return (t + 0.5) / scale
        case .region(let start, let end, _):
            let middle = target == 1 ? (end - start) * (length - 1) / 2 : t * (end - start) * (length - 1) / (scaled - 1)
            return start * (length - 1) + middle
        }
    }
}

extension Resampling.Rounding {
    /// A whole number near `x`.
    func rounded(_ x: Double) -> Double {
        switch self {
        case .halfDown: (x - 0.5).rounded(.up)
        case .halfUp: (x + 0.5).rounded(.down)
        case .down: x.rounded(.down)
        case .up: x.rounded(.up)
        }
    }
}

extension Resampling.Interpolation {
    /// How far a position counts.
    var radius: Double {
        switch self {
        case .nearest: 0
        case .linear: 1
        case .cubic: 2
        }
    }

    /// The weight of a position at a distance.
    func weight(at distance: Double) -> Double {
        let d = abs(distance)
        switch self {
        case .nearest: return d == 0 ? 1 : 0
        case .linear: return max(0, 1 - d)
        case .cubic(let a):
            if d <= 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
            return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
        }
    }
}

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

/// What each result of a resampled axis reads: the weighted sum of some positions of the source.
package struct AxisTaps: Sendable {
    /// The extent of the source.
    package let source: Int
    /// The extent of the result.
    package let target: Int
    /// For each tap the position that each result reads.
    package let positions: [Tensor<Int32>]
    /// For each tap the weight of that position in each result.
    package let weights: [[Double]]
    /// What is added to each result that lies outside; `nil` where none does.
    package let outside: [Double]?

    /// - Parameters:
    ///   - source: At least 1.
    ///   - target: At least 0.
    ///   - scale: By how much the axis grows, positive; target / source by default.
    package init(from source: Int, to target: Int, scale: Double? = nil, _ resampling: Resampling) {
        let scale = scale ?? Double(target) / Double(source)
        require(
            source > 0 && target >= 0 && (scale > 0 || target == 0),
            "cannot resample an axis of extent \(source) to \(target), scale \(scale)")
        self.source = source
        self.target = target
        let places = (0..<target).map { resampling.coordinates.place(of: $0, source: source, target: target, scale: scale) }
        let rows = places.map { resampling.taps(at: $0, source: source, scale: scale) }
        let count = rows.map(\.count).max() ?? 0
        var found: [(positions: Tensor<Int32>, weights: [Double])] = []
        for tap in 0..<count {
            let weights = rows.map { tap < $0.count ? $0[tap].weight : 0 }
            if weights.allSatisfy({ $0 == 0 }) { continue }
            found.append((Tensor(rows.map { tap < $0.count ? Int32($0[tap].position) : 0 }), weights))
        }
        guard case .region(_, _, let value) = resampling.coordinates else {
            (positions, weights, outside) = (found.map(\.positions), found.map(\.weights), nil)
            return
        }
        let isInside = places.map { $0 >= 0 && $0 <= Double(source - 1) }
        positions = found.map(\.positions)
        weights = found.map { zip($0.weights, isInside).map { $1 ? $0 : 0 } }
        outside = isInside.map { $0 ? 0 : value }
    }
}

extension Resampling {
    /// The positions that count at a place of the source, and their weights.
    fileprivate func taps(at place: Double, source: Int, scale: Double) -> [(position: Int, weight: Double)] {
        func held(_ position: Double) -> Int { Int(min(max(position, 0), Double(source - 1))) }
        if case .nearest(let rounding) = interpolation { return [(held(rounding.rounded(place)), 1)] }
        // An axis that shrinks is read through a filter that is wider by as much.
        let shrinking = antialiases ? min(scale, 1) : 1
        let reach = (interpolation.radius / shrinking).rounded(.up)
        let floor = place.rounded(.down)
        var taps = stride(from: floor - reach + 1, through: floor + reach, by: 1).map { position in
            let isOutside = excludesOutside && (position < 0 || position > Double(source - 1))
            return (position: held(position), weight: isOutside ? 0 : interpolation.weight(at: (position - place) * shrinking))
        }
        let total = taps.reduce(0) { $0 + $1.weight }
        if total != 0, total != 1 { for i in taps.indices { taps[i].weight /= total } }
        return taps
    }
}
