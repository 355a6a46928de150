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
