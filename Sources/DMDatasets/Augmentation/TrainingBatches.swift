public import DMTensors

/// The labeled images of a step, weakly augmented.
///
/// ```swift
/// func batch(of samples: [SegmentationSample], step: UInt64) -> LabeledBatch {
///     LabeledBatch(samples, augmentation: .uniMatch(cropSize: 321), random: RandomSource(seed: 1).split(step))
/// }
/// ```
public struct LabeledBatch: Sendable {
    /// The names of the samples.
    public let identifiers: [String]
    /// The normalized images `[batch, side, side, 3]`.
    public let images: Tensor<Float>
    /// The labels `[batch, side, side]`, 255 where they are to be ignored.
    public let masks: Tensor<UInt8>

    /// A batch of images that are augmented and normalized already, of any one height and width.
    ///
    /// - Parameters:
    ///   - identifiers: The names of the samples, `batch` of them.
    ///   - images: `[batch, height, width, 3]`.
    ///   - masks: `[batch, height, width]`, 255 where labels are to be ignored.
    /// - Precondition: There is one mask for each image, of the same size.
    public init(identifiers: [String], images: Tensor<Float>, masks: Tensor<UInt8>) {
        require(images.shape == masks.shape + [3], "images \(images.shape) and masks \(masks.shape) do not pair up")
        (self.identifiers, self.images, self.masks) = (identifiers, images, masks)
    }
}

/// The unlabeled images of a step: a weak view of each, and strong views made from the weak one.
///
/// Pseudo-labels come from the weak views; the strong views learn them (FixMatch: Sohn et al., NeurIPS 2020; with two strong
/// views: UniMatch, Yang et al., CVPR 2023).
public struct UnlabeledBatch: Sendable {
    /// The names of the samples.
    public let identifiers: [String]
    /// The normalized weak views `[batch, side, side, 3]`.
    public let weak: Tensor<Float>
    /// 255 where a weak view is padding, 0 elsewhere `[batch, side, side]`.
    public let ignored: Tensor<UInt8>
    /// The strong views, by default two of them.
    public let strong: [StrongBatch]
    /// The labels of the weak views, where a finished network has labeled the images; 255 where they teach nothing
    /// `[batch, side, side]`. Nil where a teacher labels them in training.
    public let labels: Tensor<UInt8>?

    /// A batch of views that are augmented and normalized already, of any one height and width.
    ///
    /// - Parameters:
    ///   - identifiers: The names of the samples, `batch` of them.
    ///   - weak: The weak views `[batch, height, width, 3]`.
    ///   - ignored: 255 where a weak view is padding, 0 elsewhere `[batch, height, width]`.
    ///   - strong: The strong views.
    ///   - labels: The labels of the weak views, 255 where they teach nothing `[batch, height, width]`; nil for none.
    /// - Precondition: All views have the shape of the weak ones.
    public init(
        identifiers: [String], weak: Tensor<Float>, ignored: Tensor<UInt8>, strong: [StrongBatch], labels: Tensor<UInt8>? = nil
    ) {
        require(weak.shape == ignored.shape + [3], "weak views \(weak.shape) and padding \(ignored.shape) do not pair up")
        for view in strong {
            require(view.images.shape == weak.shape, "a strong view \(view.images.shape) of weak views \(weak.shape)")
        }
        require(
            labels == nil || labels?.shape == ignored.shape, "weak views \(weak.shape) and labels \(labels?.shape ?? []) do not pair up")
        (self.identifiers, self.weak, self.ignored, self.strong, self.labels) = (identifiers, weak, ignored, strong, labels)
    }
}

/// One strong view of each image of a batch, with the boxes of CutMix already pasted into it.
public struct StrongBatch: Sendable {
    /// The normalized images `[batch, side, side, 3]`.
    public let images: Tensor<Float>
    /// What was pasted into each image: pseudo-labels, confidences and ignored pixels are pasted in the same way, by
    /// ``CutMixBoxes/mixed(_:)``.
    public let mixing: CutMixBoxes

    /// Views that are augmented and normalized already, their boxes pasted.
    ///
    /// - Precondition: There is one box, or nil, for each image.
    public init(images: Tensor<Float>, mixing: CutMixBoxes) {
        require(
            images.shape.first == mixing.boxes.count, "boxes of \(mixing.boxes.count) images do not fit \(images.shape)")
        (self.images, self.mixing) = (images, mixing)
    }
}

extension LabeledBatch {
    /// The batch of the given samples, weakly augmented.
    ///
    /// - Parameters:
    ///   - samples: At least one.
    ///   - augmentation: How they are augmented.
    ///   - random: Where crops and flips are drawn from.
    /// - Precondition: Every sample has a mask.
    public init(_ samples: [SegmentationSample], augmentation: Augmentation, random: RandomSource) {
        for sample in samples { require(sample.mask != nil, "sample '\(sample.identifier)' has no labels for a labeled batch") }
        let views = zip(WeakTransform.drawn(for: samples, augmentation: augmentation, random: random), samples).map { $0($1) }
        identifiers = samples.map(\.identifier)
        images = augmentation.normalization.normalized(stacked(views.map(\.image)))
        masks = stacked(views.map(\.mask))
    }
}

extension UnlabeledBatch {
    /// The batch of the given samples: weak views, and strong views of these.
    ///
    /// Masks of the samples, if they have any, are not looked at.
    ///
    /// - Parameters:
    ///   - samples: At least one.
    ///   - labels: What a finished network has labeled each image with, of its size; nil for none.
    ///   - augmentation: How they are augmented.
    ///   - strongViews: The number of strong views of each image.
    ///   - random: Where all draws come from.
    /// - Precondition: The labels have the sizes of the images.
    public init(
        _ samples: [SegmentationSample], labels: [Tensor<UInt8>]? = nil, augmentation: Augmentation, strongViews: Int = 2,
        random: RandomSource
    ) {
        let blind = samples.map { SegmentationSample(identifier: $0.identifier, image: $0.image, mask: nil) }
        let transforms = WeakTransform.drawn(for: blind, augmentation: augmentation, random: random)
        let views = zip(transforms, blind).map { $0($1) }
        if let labels {
            require(labels.count == samples.count, "\(samples.count) images do not pair up with the labels of \(labels.count)")
            for (sample, labels) in zip(samples, labels) {
                require(
                    sample.image.shape == labels.shape + [3],
                    "the image \(sample.image.shape) '\(sample.identifier)' and its labels \(labels.shape) do not pair up")
            }
        }
        self.labels = labels.map { stacked(zip(transforms, $0).map { $0.labels(of: $1) }) }
        identifiers = samples.map(\.identifier)
        weak = augmentation.normalization.normalized(stacked(views.map(\.image)))
        ignored = stacked(views.map(\.mask))
        strong = (0..<strongViews).map { number in
            StrongBatch(views.map(\.image), augmentation: augmentation, random: random.split(UInt64(samples.count + number)))
        }
    }
}

extension StrongBatch {
    fileprivate init(_ images: [Tensor<Float>], augmentation: Augmentation, random: RandomSource) {
        let changed = images.enumerated().map { index, image in
            var random = random.split(UInt64(index))
            return StrongTransform(augmentation.strong, using: &random)(image)
        }
        var random = random.split(UInt64(images.count))
        mixing = CutMixBoxes(count: images.count, side: augmentation.cropSize, parameters: augmentation.cutMix, using: &random)
        self.images = augmentation.normalization.normalized(mixing.mixed(stacked(changed)))
    }
}
