/// The weights of one axis of a bilinear resampling.
///
/// Enlarging blends the two nearest source pixels. Shrinking widens the triangle by the factor, so that every source
/// pixel counts and fine patterns do not alias; this is also how Pillow's bilinear filter works.
struct ResamplingFilter: Sendable {
    /// The first source index that each output index draws from.
    let starts: [Int]
    /// The weights of each output index, `width` of them, summing to 1.
    let weights: [Float]
    /// The largest number of source pixels that an output pixel draws from.
    let width: Int

    /// - Parameters:
    ///   - source: The length of the source axis.
    ///   - scaled: The length of the whole scaled axis.
    ///   - first: The first scaled index that is needed.
    ///   - count: How many scaled indices are needed.
    init(from source: Int, to scaled: Int, first: Int, count: Int) {
        let factor = Float(source) / Float(scaled)
        let reach = max(factor, 1)
        let width = min(source, Int((2 * reach).rounded(.up)) + 1)
        var starts: [Int] = []
        var weights: [Float] = []
        for index in first..<first + count {
            let center = (Float(index) + 0.5) * factor
            let start = min(max(0, Int((center - reach + 0.5).rounded(.down))), source - width)
            let raw = (start..<start + width).map { max(0, 1 - abs(Float($0) + 0.5 - center) / reach) }
            let total = raw.reduce(0, +)
            starts.append(start)
            weights += raw.map { $0 / total }
        }
        self.starts = starts
        self.weights = weights
        self.width = width
    }

    /// The number of output indices.
    var count: Int { starts.count }
}
