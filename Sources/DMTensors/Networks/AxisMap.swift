import CDMKernels

/// How the positions of a resampled axis read those of its source.
///
/// Target t is `(1 - fraction[t]) * source[low[t]] + fraction[t] * source[high[t]]`.
struct AxisMap {
    let source: Int
    let low: [Int32]
    let high: [Int32]
    let fraction: [Double]
    /// The targets that read a source lie in `first[source] ..< end[source]`.
    let first: [Int32]
    let end: [Int32]

    private init(source: Int, low: [Int32], high: [Int32], fraction: [Double]) {
        self.source = source
        self.low = low
        self.high = high
        self.fraction = fraction
        var first = [Int32](repeating: Int32(low.count), count: source)
        var end = [Int32](repeating: 0, count: source)
        for target in low.indices {
            for s in [Int(low[target]), Int(high[target])] {
                first[s] = min(first[s], Int32(target))
                end[s] = max(end[s], Int32(target) + 1)
            }
        }
        self.first = first
        self.end = end
    }

    /// Linear interpolation. With aligned corners target t lies at `t * (source - 1) / (target - 1)`,
    /// otherwise at `(t + 1/2) * source / target - 1/2`, held inside the axis.
    init(linearFrom source: Int, to target: Int, alignsCorners: Bool) {
        var low: [Int32] = []
        var high: [Int32] = []
        var fraction: [Double] = []
        for t in 0..<target {
            let position =
                alignsCorners
                ? (target > 1 ? Double(t * (source - 1)) / Double(target - 1) : 0)
                : min(max((Double(t) + 0.5) * Double(source) / Double(target) - 0.5, 0), Double(source - 1))
            let floor = Int(position)
            low.append(Int32(floor))
            high.append(Int32(min(floor + 1, source - 1)))
            fraction.append(position - Double(floor))
        }
        self.init(source: source, low: low, high: high, fraction: fraction)
    }

    /// The nearest source. With aligned corners that is `round(t * (source - 1) / (target - 1))`,
    /// otherwise `floor((t + 1/2) * source / target)`; in whole numbers, halves rounded up.
    init(nearestFrom source: Int, to target: Int, alignsCorners: Bool) {
        let low = (0..<target).map { t in
            guard alignsCorners else { return Int32((2 * t + 1) * source / (2 * target)) }
            return target > 1 ? Int32((2 * t * (source - 1) + target - 1) / (2 * (target - 1))) : 0
        }
        self.init(source: source, low: low, high: low, fraction: [Double](repeating: 0, count: target))
    }

    /// Calls `body` with the map as kernels read it.
    func withKernelMap(_ body: (dm_axis_map) -> Void) {
        low.withUnsafeBufferPointer { low in
            high.withUnsafeBufferPointer { high in
                fraction.withUnsafeBufferPointer { fraction in
                    first.withUnsafeBufferPointer { first in
                        end.withUnsafeBufferPointer { end in
                            body(
                                dm_axis_map(
                                    source: source, target: low.count, low: low.baseAddress, high: high.baseAddress,
                                    fraction: fraction.baseAddress, first: first.baseAddress, end: end.baseAddress))
                        }
                    }
                }
            }
        }
    }
}
