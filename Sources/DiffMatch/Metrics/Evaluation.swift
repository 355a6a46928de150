public import DMDatasets
import DMDiffusion
public import DMTensors

/// The evaluation of a network on labeled images, as confusion matrices.
///
/// ```swift
/// let evaluation = try Evaluation(of: trainer.predictor(of: state), on: dataset.samples(of: .validation))
/// print(evaluation.prediction.mIoU ?? 0)
/// ```
public struct Evaluation: Sendable {
    /// The prediction's.
    public let prediction: ConfusionMatrix
    /// After each sampling step alone; empty for a classifier, and for sliding windows.
    public let samplingSteps: [ConfusionMatrix]
    /// The calibration of the prediction.
    public let calibration: Calibration

    /// Evaluates a predictor on all of some samples, which may have any sizes.
    ///
    /// - Parameters:
    ///   - predictor: The network and its way of sampling.
    ///   - samples: The images, each with a mask.
    ///   - view: How much of an image the network sees.
    ///   - scale: The factor by which an image is resized before the network sees it; its prediction is resized back.
    ///   - batchSize: The most images at a time; the result depends on it through the noise of the sampling.
    ///   - everyStep: Whether each sampling step is evaluated too.
    ///   - seed: Where the noise comes from.
    /// - Throws: What keeps a sample from being read, `DatasetError` for one without a mask, or `DebiasedAdjustmentError`.
    public init(
        of predictor: Predictor, on samples: any SegmentationSamples, view: ImageView = .whole, scale: Double = 1, batchSize: Int = 16,
        everyStep: Bool = false, seed: UInt64 = 0
    ) throws {
        let classCount = predictor.model.classCount
        let random = RandomStream.evaluation.source(seed: seed)
        var prediction = ConfusionMatrix(classCount: classCount)
        var steps: [ConfusionMatrix] = []
        var calibration = Calibration()
        var batches = EqualSizedBatches(
            samples, normalization: predictor.model.normalization, limit: batchSize, crop: view.crop, scale: scale)
        while let batch = try batches.next() {
            let predicted = try predictor.predict(batch.images, view: view, random: random.split(UInt64(batch.start)))
                .resized(height: batch.masks.shape[1], width: batch.masks.shape[2])
            prediction.add(predictions: predicted.classes, truth: batch.masks)
            calibration.add(probabilities: predicted.probabilities, truth: batch.masks)
            guard everyStep else { continue }
            for step in predicted.coarseSteps.indices {
                if steps.count == step { steps.append(ConfusionMatrix(classCount: classCount)) }
                steps[step].add(predictions: predicted.classes(afterStep: step), truth: batch.masks)
            }
        }
        self.prediction = prediction
        samplingSteps = steps
        self.calibration = calibration
    }
}

/// Labeled images in batches of one size each, in order, for measuring.
///
/// A batch ends where the next image has another size.
public struct EqualSizedBatches {
    /// Some images of one size.
    public struct Batch: Sendable {
        /// The number of the first image in the samples.
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

    /// The batches of some samples.
    ///
    /// - Parameters:
    ///   - samples: The images, each with a mask.
    ///   - normalization: How the network wants its images.
    ///   - limit: The most images of a batch.
    ///   - crop: The side of the square that is cut from the middle; nil for whole images.
    ///   - scale: The factor by which images are resized, after the cut; masks keep their size.
    public init(
        _ samples: any SegmentationSamples, normalization: ImageNormalization, limit: Int, crop: Int? = nil, scale: Double = 1
    ) {
        self.samples = samples
        self.normalization = normalization
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
