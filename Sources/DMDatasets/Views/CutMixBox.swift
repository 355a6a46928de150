public import DMTensors

/// A rectangle of an image that is replaced by the same rectangle of another (Yun et al., ICCV 2019).
///
/// Images, labels, confidences and masks of a pair are pasted with the same box.
public struct CutMixBox: Sendable, Equatable {
    /// The rows that are replaced.
    public var rows: Range<Int>
    /// The columns that are replaced.
    public var columns: Range<Int>

    /// The box of the given rows and columns.
    public init(rows: Range<Int>, columns: Range<Int>) {
        self.rows = rows
        self.columns = columns
    }

    /// A box drawn for a square image: area and aspect are drawn until the box fits where it was put.
    ///
    /// - Parameters:
    ///   - side: The side of the image in pixels, at least 2.
    ///   - parameters: The ranges that are drawn from.
    /// - Returns: nil with probability `1 - parameters.probability`: nothing is pasted.
    public init?(side: Int, parameters: CutMix, using random: inout RandomSource) {
        guard random.chance(parameters.probability) else { return nil }
        let area = random.uniform(parameters.area) * Float(side * side)
        while true {
            let aspect = random.uniform(parameters.aspect)
            let width = max(1, Int((area / aspect).squareRoot()))
            let height = max(1, Int((area * aspect).squareRoot()))
            let (top, left) = (random.index(below: side), random.index(below: side))
            if top + height <= side, left + width <= side {
                self.init(rows: top..<top + height, columns: left..<left + width)
                return
            }
        }
    }

    /// Pastes the box of `source` into `target`.
    ///
    /// - Parameters:
    ///   - source: `[height, width]` or `[height, width, channels]`.
    ///   - target: The same shape.
    public func paste<Scalar>(_ source: Tensor<Scalar>, into target: inout Tensor<Scalar>) {
        checkShape(source.shape == target.shape, "CutMix pastes between equal shapes, not from \(source.shape) into \(target.shape)")
        checkShape(
            source.rank >= 2 && rows.upperBound <= source.shape[0] && columns.upperBound <= source.shape[1],
            "the box of rows \(rows) and columns \(columns) does not fit into \(source.shape)")
        let (width, channels) = (source.shape[1], source.shape[2...].reduce(1, *))
        source.withUnsafeElements { source in
            target.withUnsafeMutableElements { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for row in rows {
                    let start = (row * width + columns.lowerBound) * channels
                    (to + start).update(from: from + start, count: columns.count * channels)
                }
            }
        }
    }
}
