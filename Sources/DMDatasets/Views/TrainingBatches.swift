public import DMTensors

/// Labeled images of a step, in weak views.
public struct LabeledBatch: Sendable {
    /// The names of the samples.
    public let identifiers: [String]
    /// The normalized images `[batch, side, side, 3]`.
    public let images: Tensor<Float>
    /// The labels `[batch, side, side]`, 255 where they are to be ignored.
    public let masks: Tensor<UInt8>

    /// A batch of views that are ready, of any height and width.
    ///
    /// - Precondition: There is one mask for each image, of the same size.
    public init(identifiers: [String], images: Tensor<Float>, masks: Tensor<UInt8>) {
        checkShape(images.shape == masks.shape + [3], "images \(images.shape) and masks \(masks.shape) do not pair up")
        (self.identifiers, self.images, self.masks) = (identifiers, images, masks)
    }
}

/// Unlabeled images of a step: a weak view of each, and strong views made from it.
public struct UnlabeledBatch: Sendable {
    /// The names of the samples.
    public let identifiers: [String]
    /// The normalized weak views `[batch, side, side, 3]`.
    public let weak: Tensor<Float>
    /// 255 where a weak view has no pixels, 0 elsewhere: `[batch, side, side]`.
    public let ignored: Tensor<UInt8>
    /// The strong views, by default two of them.
    public let strong: [StrongBatch]

    /// A batch of views that are ready, of any height and width.
    ///
    /// - Precondition: All views have the shape of the weak ones.
    public init(identifiers: [String], weak: Tensor<Float>, ignored: Tensor<UInt8>, strong: [StrongBatch]) {
        checkShape(weak.shape == ignored.shape + [3], "weak views \(weak.shape) and padding \(ignored.shape) do not pair up")
        for view in strong {
            checkShape(view.images.shape == weak.shape, "a strong view \(view.images.shape) of weak views \(weak.shape)")
        }
        (self.identifiers, self.weak, self.ignored, self.strong) = (identifiers, weak, ignored, strong)
    }
}

/// One strong view of each image of a batch, boxes of other images already pasted into it.
public struct StrongBatch: Sendable {
    /// The normalized images `[batch, side, side, 3]`.
    public let images: Tensor<Float>
    /// What was pasted into each image: pseudo-labels, confidences and ignored pixels are pasted alike.
    public let mixing: CutMixBoxes

    /// Views that are ready, their boxes pasted.
    ///
    /// - Precondition: The mixing is of as many images.
    public init(images: Tensor<Float>, mixing: CutMixBoxes) {
        checkShape(
            images.shape.first == mixing.boxes.count, "a mixing of \(mixing.boxes.count) images does not fit \(images.shape)")
        (self.images, self.mixing) = (images, mixing)
    }
}

/// The boxes pasted between the images of a batch.
public struct CutMixBoxes: Sendable, Equatable {
    /// The box that is replaced in each image; nil where nothing is.
    public let boxes: [CutMixBox?]
    /// For each image, the number in the batch of the image that its box comes from.
    public let partners: [Int]

    /// The mixing of the given boxes and partners.
    public init(boxes: [CutMixBox?], partners: [Int]) {
        checkShape(boxes.count == partners.count, "\(boxes.count) boxes and \(partners.count) partners do not pair up")
        self.boxes = boxes
        self.partners = partners
    }

    /// A drawn mixing: each image takes its box from the next one in a random round, never from itself unless it is alone.
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
        checkShape(maps.rank >= 3 && maps.shape[0] == boxes.count, "a mixing of \(boxes.count) images does not fit \(maps.shape)")
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
