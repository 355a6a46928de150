import DMAutograd
public import DMDatasets
import DMLayers
import DMTensors

/// The accuracy of a denoiser that is given the true mask, noised to several times.
///
/// At small times the mask gives the answer away, and training on them teaches the encoder nothing. At times near 1
/// only the image helps. The times that training draws from, ``MaskDiffusion/trainingTimes``, are chosen by this curve.
public struct DenoisingAccuracy: Sendable {
    /// The times, and the share of pixels that are right at each.
    public let shares: [(time: Double, share: Double)]

    /// The times at which the curve is taken.
    public static let times = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999]

    /// Measures a predictor's denoiser on labeled images; nil for a network without one.
    ///
    /// - Throws: What keeps a sample from being read.
    public init?(
        of predictor: Predictor, on samples: any SegmentationSamples, scale: Double = 1, batchSize: Int = 16, seed: UInt64 = 0
    ) throws {
        guard let head = predictor.model.head.generator else { return nil }
        var matrices = Self.times.map { _ in ConfusionMatrix(classCount: predictor.model.classCount) }
        var random = RandomStream.evaluation.source(seed: seed)
        var batches = EqualSizedBatches(samples, normalization: predictor.model.normalization, limit: batchSize, scale: scale)
        while let batch = try batches.next() {
            let (images, truth) = (batch.images, batch.masks)
            var context = ForwardContext.inference
            let features = predictor.model.features(of: images, &context)
            for (index, time) in Self.times.enumerated() {
                let logits = head.logits(
                    features: features, truth: truth, times: Array(repeating: time, count: truth.shape[0]),
                    schedule: predictor.schedule
                ) { random.normal(shape: $0) }
                let classes = logits.value.resized(height: truth.shape[1], width: truth.shape[2], alignsCorners: true)
                    .argmax(along: 3)
                matrices[index].add(predictions: classes, truth: truth)
            }
        }
        shares = zip(Self.times, matrices).map { (time: $0, share: $1.pixelAccuracy ?? 0) }
    }
}
