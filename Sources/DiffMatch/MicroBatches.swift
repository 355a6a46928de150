import DMTensors

/// Images in a row that pass a network together, where memory does not hold those of a whole step.
///
/// ```text
/// MicroBatches(of: 9, size: 2).ranges       // [0..<2, 2..<4, 4..<6, 6..<9]
/// ```
package struct MicroBatches: Sendable {
    /// The images of each.
    package let ranges: [Range<Int>]

    /// Micro-batches of `size` images, 0 for all at once.
    ///
    /// A single image that is left over joins those before it: statistics of a batch need two.
    package init(of count: Int, size: Int) {
        guard size > 0, count > size + 1 else {
            ranges = [0..<count]
            return
        }
        let starts = stride(from: 0, to: count - 1, by: size)
        ranges = starts.map { start in start + size < count - 1 ? start..<start + size : start..<count }
    }
}

extension Tensor {
    /// Some positions of the leading axis, without a copy where they are all.
    func images(_ range: Range<Int>) -> Tensor {
        range == 0..<shape[0] ? self : sliced(along: 0, from: range.lowerBound, to: range.upperBound)
    }
}
