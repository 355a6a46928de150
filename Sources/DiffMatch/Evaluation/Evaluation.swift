public import DMDatasets
import DMDiffusion
import DMTensors

/// What a network predicts of a part, as confusion matrices.
public struct Evaluation: Sendable {
    /// The prediction's.
    public let prediction: ConfusionMatrix
    /// After each sampling step alone; empty for a classifier.
    public let samplingSteps: [ConfusionMatrix]

    /// Evaluates a predictor on all images of a part, at their size.
    ///
    /// - Parameters:
    ///   - predictor: The network and its way of sampling.
    ///   - data: The images.
    ///   - part: The part.
    ///   - batchSize: The number of images at a time; the result depends on it through the noise of the sampling.
    ///   - everyStep: Whether each sampling step is evaluated too.
    ///   - random: Where the noise comes from.
    /// - Throws: What keeps a sample from being read, or `DebiasedAdjustmentError`.
    public init(
        of predictor: Predictor, on data: ExperimentData, part: DatasetPart, batchSize: Int = 16, everyStep: Bool = false,
        seed: UInt64 = 0
    ) throws {
        let classCount = data.dataset.classNames.count
        let random = RandomSource(seed: seed).split(Purpose.evaluation.rawValue)
        let count = data.dataset.samples(of: part).count
        var prediction = ConfusionMatrix(classCount: classCount)
        var steps: [ConfusionMatrix] = []
        for start in stride(from: 0, to: count, by: batchSize) {
            let (images, masks) = try data.images(of: part, at: start..<min(count, start + batchSize))
            let predicted = try predictor.predict(images, random: random.split(UInt64(start)))
            prediction.add(predictions: predicted.classes, truth: masks)
            guard everyStep else { continue }
            for step in predicted.coarseSteps.indices {
                if steps.count == step { steps.append(ConfusionMatrix(classCount: classCount)) }
                steps[step].add(predictions: predicted.classes(afterStep: step), truth: masks)
            }
        }
        self.prediction = prediction
        samplingSteps = steps
    }
}
