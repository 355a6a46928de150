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
