public import DMDatasets
import DMDiffusion
import DMTensors

/// What a network predicts of a part, as confusion matrices.
public struct Evaluation: Sendable {
    /// The prediction's.
    public let prediction: ConfusionMatrix
    /// After each sampling step alone; empty for a classifier, and for sliding windows.
    public let samplingSteps: [ConfusionMatrix]
    /// How far the prediction's confidence can be believed.
    public let calibration: Calibration

    /// What of an image a network is shown.
    public enum View: Sendable, Equatable {
        /// The whole image at its size.
        case whole
        /// The square of a side in the middle; what lies outside does not count.
        case centerCrop(side: Int)
        /// Overlapping squares of a side.
        case slidingWindow(SlidingWindow)
    }

    /// Evaluates a predictor on all images of a part, which may have any sizes.
    ///
    /// - Parameters:
    ///   - predictor: The network and its way of sampling.
    ///   - data: The images.
    ///   - part: The part.
    ///   - view: What of an image the network is shown.
    ///   - scale: The factor by which an image is resized before the network sees it; its prediction is resized back.
    ///   - batchSize: The most images at a time; the result depends on it through the noise of the sampling.
    ///   - everyStep: Whether each sampling step is evaluated too.
    ///   - seed: Where the noise comes from.
    /// - Throws: What keeps a sample from being read, `DebiasedAdjustmentError`, or `TrainingError.noImages`.
    public init(
        of predictor: Predictor, on data: ExperimentData, part: DatasetPart, view: View = .whole, scale: Double = 1, batchSize: Int = 16,
        everyStep: Bool = false, seed: UInt64 = 0
    ) throws {
        let classCount = data.dataset.classNames.count
        guard data.dataset.samples(of: part).count > 0 else { throw TrainingError.noImages(part: part.rawValue) }
        let random = RandomSource(seed: seed).split(Purpose.evaluation.rawValue)
        var prediction = ConfusionMatrix(classCount: classCount)
        var steps: [ConfusionMatrix] = []
        var calibration = Calibration()
        var batches = EqualSizedBatches(data, part: part, limit: batchSize, crop: view.crop, scale: scale)
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

extension Evaluation.View {
    /// The side of the square that is cut out before prediction.
    var crop: Int? {
        if case .centerCrop(let side) = self { side } else { nil }
    }
}

extension Predictor {
    /// The class probabilities of images, whole or by windows.
    func predict(
        _ images: Tensor<Float>, view: Evaluation.View, random: RandomSource
    ) throws(DebiasedAdjustmentError) -> Prediction {
        guard case .slidingWindow(let window) = view else { return try predict(images, random: random) }
        let probabilities = try window.probabilities(of: images) { (part, number) throws(DebiasedAdjustmentError) in
            try predict(part, random: random.split(UInt64(number))).probabilities
        }
        return Prediction(probabilities: probabilities, coarseSteps: [])
    }
}
