public import DMTensors

extension LabeledBatch {
    /// The batch of the given samples, in weak views drawn from `random`.
    public init(_ samples: [SegmentationSample], parameters: Augmentation, random: RandomSource) {
        let views = WeakTransform.drawn(for: samples, parameters: parameters, random: random)
        identifiers = samples.map(\.identifier)
        images = parameters.normalization.normalized(.joined(views.map(\.image)))
        masks = .joined(views.map(\.mask))
    }
}

extension UnlabeledBatch {
    /// The batch of the given samples: weak views, and strong views of these, drawn from `random`.
    ///
    /// Masks of the samples, if they have any, are not looked at.
    ///
    /// - Parameters:
    ///   - samples: At least one.
    ///   - strongViews: The number of strong views of each image.
    public init(_ samples: [SegmentationSample], parameters: Augmentation, strongViews: Int = 2, random: RandomSource) {
        let blind = samples.map { SegmentationSample(identifier: $0.identifier, image: $0.image, mask: nil) }
        let views = WeakTransform.drawn(for: blind, parameters: parameters, random: random)
        identifiers = samples.map(\.identifier)
        weak = parameters.normalization.normalized(.joined(views.map(\.image)))
        ignored = .joined(views.map(\.mask))
        strong = (0..<strongViews).map { number in
            StrongBatch(views.map(\.image), parameters: parameters, random: random.split(UInt64(samples.count + number)))
        }
    }
}

extension StrongBatch {
    init(_ images: [Tensor<Float>], parameters: Augmentation, random: RandomSource) {
        let changed = images.enumerated().map { index, image in
            var random = random.split(UInt64(index))
            return StrongTransform(parameters.strong, using: &random)(image)
        }
        var random = random.split(UInt64(images.count))
        mixing = CutMixBoxes(count: images.count, side: parameters.cropSize, parameters: parameters.cutMix, using: &random)
        self.images = parameters.normalization.normalized(mixing.mixed(.joined(changed)))
    }
}

extension WeakTransform {
    /// One weak view of each sample; each draws from a stream of its own.
    static func drawn(for samples: [SegmentationSample], parameters: Augmentation, random: RandomSource) -> [AugmentedImage] {
        checkShape(!samples.isEmpty, "a batch has at least one sample")
        return samples.enumerated().map { index, sample in
            var random = random.split(UInt64(index))
            let (height, width) = (sample.image.shape[0], sample.image.shape[1])
            return WeakTransform(height: height, width: width, parameters: parameters, using: &random)(sample)
        }
    }
}

extension Tensor {
    /// Tensors of one shape, one after the other along a new leading axis.
    static func joined(_ parts: [Tensor]) -> Tensor {
        Tensor(shape: [parts.count] + parts[0].shape) { output in
            var place = output.startIndex
            for part in parts {
                checkShape(part.shape == parts[0].shape, "cannot join \(part.shape) to \(parts[0].shape)")
                part.withUnsafeElements { elements in
                    _ = output[place...].initialize(from: elements)
                    place += elements.count
                }
            }
        }
    }
}
