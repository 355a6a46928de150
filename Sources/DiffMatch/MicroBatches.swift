import DMTensors

/// Micro-batches: consecutive images that go through a network together, when a whole batch does not fit into memory.
///
/// ```text
/// MicroBatches(of: 9, size: 2).ranges       // [0..<2, 2..<4, 4..<6, 6..<9]
/// ```
package struct MicroBatches: Sendable {
    /// The images of each.
    package let ranges: [Range<Int>]

    /// Micro-batches of `size` images, 0 for all at once.
    ///
    /// A single image left over joins the micro-batch before it, since batch statistics need at least two.
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
    /// A slice of the leading axis; the whole tensor is returned without a copy.
    func images(_ range: Range<Int>) -> Tensor {
        range == 0..<shape[0] ? self : sliced(along: 0, from: range.lowerBound, to: range.upperBound)
    }
}
