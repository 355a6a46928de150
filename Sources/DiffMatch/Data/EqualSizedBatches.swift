public import DMDatasets
public import DMTensors

/// The labeled images of a part in batches of one size each, in order, for measuring.
///
/// A batch ends where the next image has another size.
public struct EqualSizedBatches {
    /// Some images of one size.
    public struct Batch: Sendable {
        /// The number of the first image in its part.
        public let start: Int
        /// The normalized images `[n, h, w, 3]`, resized where that was asked for.
        public let images: Tensor<Float>
        /// The labels `[n, H, W]` at the images' own size, 255 where they are to be ignored.
        public let masks: Tensor<Int32>
    }

    private let samples: any SegmentationSamples
    private let normalization: ImageNormalization
    private let limit: Int
    private let crop: Int?
    private let scale: Double
    private var position = 0
    private var waiting: SegmentationSample?

    /// The batches of a part.
    ///
    /// - Parameters:
    ///   - limit: The most images of a batch.
    ///   - crop: The side of the square that is cut from the middle; nil for whole images.
    ///   - scale: The factor by which images are resized, after the cut; masks keep their size.
    public init(_ data: ExperimentData, part: DatasetPart, limit: Int, crop: Int? = nil, scale: Double = 1) {
        samples = data.dataset.samples(of: part)
        normalization = data.views.normalization
        self.limit = limit
        self.crop = crop
        self.scale = scale
    }

    /// The next batch, nil after the last.
    ///
    /// - Throws: What keeps a sample from being read, `DatasetError` for one without a mask.
    public mutating func next() throws -> Batch? {
        let start = position
        var group: [SegmentationSample] = []
        while group.count < limit, position < samples.count {
            let sample = try waiting ?? read(position)
            if let first = group.first, first.image.shape != sample.image.shape {
                waiting = sample
                break
            }
            waiting = nil
            group.append(sample)
            position += 1
        }
        guard !group.isEmpty else { return nil }
        return Batch(
            start: start, images: stacked(group.map { normalization.normalized($0.image.resampled(by: scale)) }),
            masks: stacked(group.map { Tensor(converting: $0.mask ?? Tensor(repeating: 255, shape: Array($0.image.shape.prefix(2)))) }))
    }

    private func read(_ index: Int) throws -> SegmentationSample {
        let sample = try samples.sample(at: index)
        guard sample.mask != nil else {
            throw DatasetError(
                path: sample.identifier, kind: .missingMask, message: "expected a mask to measure by, found none")
        }
        return crop.map { sample.centerCropped(to: $0) } ?? sample
    }
}
