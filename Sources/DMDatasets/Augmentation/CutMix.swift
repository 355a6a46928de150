public import DMTensors

/// How the boxes of CutMix are drawn (Yun et al., *CutMix*, ICCV 2019), in the form of UniMatch.
public struct CutMix: Sendable, Equatable, Codable {
    /// The probability that an image is pasted into at all, 0 to 1.
    public var probability: Float
    /// The range of the box's area, as a share of the image.
    public var area: ClosedRange<Float>
    /// The range of the box's height divided by its width.
    public var aspect: ClosedRange<Float>

    /// The parameters, those of UniMatch by default.
    public init(probability: Float = 0.5, area: ClosedRange<Float> = 0.02...0.4, aspect: ClosedRange<Float> = 0.3...(1 / 0.3)) {
        self.probability = probability
        self.area = area
        self.aspect = aspect
    }
}

/// A rectangle of an image that is replaced by the same rectangle of another image.
///
/// Images, labels and confidences of a pair are pasted with the same box.
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
    ///   - random: Where the box is drawn from.
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
        require(source.shape == target.shape, "CutMix pastes between equal shapes, not from \(source.shape) into \(target.shape)")
        require(
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

/// The boxes that are pasted between the images of a batch.
public struct CutMixBoxes: Sendable, Equatable {
    /// The box that is replaced in each image; nil where nothing is.
    public let boxes: [CutMixBox?]
    /// For each image, the number in the batch of the image that its box comes from.
    public let partners: [Int]

    /// The given boxes and partners.
    public init(boxes: [CutMixBox?], partners: [Int]) {
        require(boxes.count == partners.count, "\(boxes.count) boxes and \(partners.count) partners do not pair up")
        self.boxes = boxes
        self.partners = partners
    }

    /// Boxes drawn at random. Each image takes its box from the next one in a random cycle, never from itself unless it is
    /// alone.
    public init(count: Int, side: Int, parameters: CutMix, using random: inout RandomSource) {
        boxes = (0..<count).map { _ in CutMixBox(side: side, parameters: parameters, using: &random) }
        let round = random.permutation(of: count)
        var partners = [Int](repeating: 0, count: count)
        for place in round.indices { partners[round[place]] = round[(place + 1) % count] }
        self.partners = partners
    }

    /// The maps of a batch with the boxes pasted: labels, confidences, whatever belongs to the pixels.
    ///
    /// - Parameter maps: `[batch, side, side]` or `[batch, side, side, channels]`.
    /// - Returns: The same shape.
    public func mixed<Scalar>(_ maps: Tensor<Scalar>) -> Tensor<Scalar> {
        require(maps.rank >= 3 && maps.shape[0] == boxes.count, "boxes of \(boxes.count) images do not fit \(maps.shape)")
        let shape = maps.shape
        let (width, channels) = (shape[2], shape[3...].reduce(1, *))
        let imageSize = shape[1] * width * channels
        var result = maps
        maps.withUnsafeElements { source in
            result.withUnsafeMutableElements { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for (image, box) in boxes.enumerated() {
                    guard let box else { continue }
                    for row in box.rows {
                        let start = (row * width + box.columns.lowerBound) * channels
                        (to + image * imageSize + start).update(
                            from: from + partners[image] * imageSize + start, count: box.columns.count * channels)
                    }
                }
            }
        }
        return result
    }
}
