import DMAutograd
import DMDatasets
public import DMDiffusion
public import DMLayers
public import DMTensors

/// A network, and how masks are sampled from it.
///
/// The teacher of Algorithm 1 and the final prediction differ only in their `use`.
public struct Predictor: Sendable {
    /// The network.
    public var model: SegmentationModel
    /// How masks are sampled, for a generative head.
    public var sampling: SamplerSettings
    /// The noise schedule that the network was trained with.
    public var schedule: NoiseSchedule
    /// The correction of each sampling step.
    public var adjustment: DebiasedAdjustment
    /// The class distribution that the correction removes.
    public var prior: ClassPrior
    /// What the masks are for: the correction may apply to one use only.
    public var use: DebiasedAdjustment.Use
    /// Whether the probabilities of an image are the mean of those of itself and of its mirror image (test-time augmentation).
    /// It doubles the work; a teacher in training does without.
    public var flips = false

    /// A predictor of these parts.
    public init(
        model: SegmentationModel, sampling: SamplerSettings, schedule: NoiseSchedule, adjustment: DebiasedAdjustment,
        prior: ClassPrior, use: DebiasedAdjustment.Use
    ) {
        self.model = model
        self.sampling = sampling
        self.schedule = schedule
        self.adjustment = adjustment
        self.prior = prior
        self.use = use
    }

    /// The class probabilities of one image, as a batch of one.
    ///
    /// - Parameters:
    ///   - image: `[h, w, 3]`.
    ///   - view: How the network sees it: as a whole or by windows.
    ///   - scale: The factor by which the image is resized before the network sees it; the prediction is resized back.
    ///   - random: Where the first noise and later draws come from; equal sources give equal masks.
    /// - Throws: `DebiasedAdjustmentError` if the correction does not fit the classes.
    public func predict(
        _ image: Tensor<UInt8>, view: ImageView = .whole, scale: Double = 1,
        random: RandomSource = RandomStream.evaluation.source(seed: 0)
    ) throws -> Prediction {
        let batch = stacked([model.normalization.normalized(image.resampled(by: scale))])
        return try predict(batch, view: view, random: random).resized(height: image.shape[0], width: image.shape[1])
    }

    /// The class probabilities of images, whole or by windows.
    ///
    /// - Throws: `DebiasedAdjustmentError` if the correction does not fit the classes.
    package func predict(_ images: Tensor<Float>, view: ImageView, random: RandomSource) throws(DebiasedAdjustmentError) -> Prediction {
        let prediction = try predictOnce(images, view: view, random: random)
        guard flips else { return prediction }
        let mirrored = try predictOnce(images.reversed(along: 2), view: view, random: random.split(.max))
        return prediction.averaged(withMirrored: mirrored)
    }

    private func predictOnce(_ images: Tensor<Float>, view: ImageView, random: RandomSource) throws(DebiasedAdjustmentError) -> Prediction {
        guard case .slidingWindow(let window) = view else { return try predict(images, random: random) }
        let probabilities = try window.probabilities(of: images) { (part, number) throws(DebiasedAdjustmentError) in
            try predict(part, random: random.split(UInt64(number))).probabilities
        }
        return Prediction(probabilities: probabilities, coarseSteps: [])
    }

    /// The class probabilities of images; the feature map F is computed once, whatever the steps are.
    ///
    /// - Parameters:
    ///   - images: `[n, h, w, 3]`, normalized.
    ///   - random: Where the first noise and later draws come from; equal sources give equal masks.
    ///   - mode: `.inference`, or `.batchStatistics` while the running statistics are still far off.
    ///   - microBatch: The number of images that pass the network together; 0 for all. The noise is the same.
    /// - Throws: `DebiasedAdjustmentError` if the correction does not fit the classes.
    public func predict(
        _ images: Tensor<Float>, random: RandomSource, mode: ForwardContext.Mode = .inference, microBatch: Int = 0
    ) throws(DebiasedAdjustmentError) -> Prediction {
        var context = ForwardContext(mode: mode, random: random)
        let (count, height, width) = (images.shape[0], images.shape[1], images.shape[2])
        let ranges = MicroBatches(of: count, size: microBatch).ranges
        let features = joined(ranges) { model.features(of: images.images($0), &context).value }
        switch model.head {
        case .classifier(let classifier):
            // A classifier's prediction may be adjusted, as logits are after training; its pseudo-labels never are.
            let isAdjusted = use == .prediction && adjustment.shiftsSampling(for: use)
            let shift = isAdjusted ? try adjustment.samplingShift(against: prior, at: 1) : nil
            let probabilities = joined(ranges) {
                let logits = classifier(Variable(features.images($0))).value
                return (shift.map { logits + $0 } ?? logits)
                    .resized(height: height, width: width, alignsCorners: true).softmax()
            }
            return Prediction(probabilities: probabilities, coarseSteps: [])
        case .generator(let generator):
            let sampler = try MaskSampler(
                settings: sampling, schedule: schedule, encoding: generator.codes.encoding, adjustment: adjustment,
                prior: prior, use: use)
            let sampled = sampler.sample(shape: Array(features.shape.dropLast()), random: random) { mask, time in
                joined(ranges) {
                    let logSNR = Tensor(repeating: Float(schedule.logSNR(at: time)), shape: [$0.count])
                    return generator.denoiser(
                        features: Variable(features.images($0)), mask: Variable(mask.images($0)), logSNR: logSNR
                    ).value
                }
            }
            return Prediction(
                probabilities: joined(ranges) { sampled.probabilities.images($0).upsampledProbabilities(height: height, width: width) },
                coarseSteps: sampled.stepProbabilities)
        }
    }

    /// The results of all micro-batches, joined along the batch axis.
    private func joined(_ ranges: [Range<Int>], _ body: (Range<Int>) -> Tensor<Float>) -> Tensor<Float> {
        ranges.count == 1 ? body(ranges[0]) : concatenated(ranges.map(body), along: 0)
    }
}

/// How much of an image a network sees at a time.
public enum ImageView: Sendable, Equatable {
    /// The whole image at its size.
    case whole
    /// The square of a side in the middle; what lies outside does not count.
    case centerCrop(side: Int)
    /// Overlapping squares of a side.
    case slidingWindow(SlidingWindow)

    /// The side of the square that is cut out before prediction.
    var crop: Int? {
        if case .centerCrop(let side) = self { side } else { nil }
    }
}

/// The class probabilities of images.
public struct Prediction: Sendable {
    /// At full size, `[n, h, w, K]`.
    public let probabilities: Tensor<Float>
    /// After each sampling step, at the size of the feature map; empty for a classifier.
    public let coarseSteps: [Tensor<Float>]
    /// The height of the images that the network saw.
    private let seenHeight: Int
    /// The width of the images that the network saw.
    private let seenWidth: Int

    /// The prediction of images at the size that the network saw.
    init(probabilities: Tensor<Float>, coarseSteps: [Tensor<Float>]) {
        self.init(
            probabilities: probabilities, coarseSteps: coarseSteps, seenHeight: probabilities.shape[1],
            seenWidth: probabilities.shape[2])
    }

    private init(probabilities: Tensor<Float>, coarseSteps: [Tensor<Float>], seenHeight: Int, seenWidth: Int) {
        self.probabilities = probabilities
        self.coarseSteps = coarseSteps
        self.seenHeight = seenHeight
        self.seenWidth = seenWidth
    }

    /// The most probable class of each pixel, `[n, h, w]`.
    public var classes: Tensor<Int32> { probabilities.argmax(along: 3) }

    /// The most probable class of each pixel after one sampling step, `[n, h, w]`.
    ///
    /// - Parameter step: The step, counted from 0.
    public func classes(afterStep step: Int) -> Tensor<Int32> {
        let seen = coarseSteps[step].upsampledProbabilities(height: seenHeight, width: seenWidth)
        return fitted(seen, height: probabilities.shape[1], width: probabilities.shape[2]).argmax(along: 3)
    }

    /// The same prediction for images of another size than the network saw.
    package func resized(height: Int, width: Int) -> Prediction {
        Prediction(
            probabilities: fitted(probabilities, height: height, width: width), coarseSteps: coarseSteps,
            seenHeight: seenHeight, seenWidth: seenWidth)
    }

    /// The mean of this prediction and that of the mirrored images.
    func averaged(withMirrored other: Prediction) -> Prediction {
        func mean(_ one: Tensor<Float>, _ mirrored: Tensor<Float>) -> Tensor<Float> { (one + mirrored.reversed(along: 2)) * 0.5 }
        return Prediction(
            probabilities: mean(probabilities, other.probabilities), coarseSteps: zip(coarseSteps, other.coarseSteps).map(mean),
            seenHeight: seenHeight, seenWidth: seenWidth)
    }

    /// Probabilities at the size of an image, by the rule by which images are resampled.
    private func fitted(_ probabilities: Tensor<Float>, height: Int, width: Int) -> Tensor<Float> {
        probabilities.shape[1] == height && probabilities.shape[2] == width
            ? probabilities : probabilities.upsampledProbabilities(height: height, width: width, alignsCorners: false)
    }
}

extension Tensor<Float> {
    /// Class probabilities at a larger size: their logarithms are interpolated, bilinearly.
    ///
    /// Training interpolates logits, so a network says by their size where between two cells a border runs. Probabilities
    /// are saturated there, and would put every border half way. What distinguishes logarithms of probabilities from logits is the
    /// same for all classes of a cell, and does not move a border.
    ///
    /// - Parameters:
    ///   - height: The height of the result.
    ///   - width: The width of the result.
    ///   - alignsCorners: Whether the centers of the corner cells stay at the corners, as between the cells of a network
    ///     and the pixels that it sees, or its outer borders do, as between sizes of an image.
    /// - Precondition: The shape is `[n, h, w, K]`.
    /// - Returns: `[n, height, width, K]`, summing to 1 over the classes.
    package func upsampledProbabilities(height: Int, width: Int, alignsCorners: Bool = true) -> Tensor<Float> {
        // A probability that vanished in rounding still has a logarithm.
        clamped(to: .leastNormalMagnitude...1).log().resized(height: height, width: width, alignsCorners: alignsCorners).softmax()
    }
}
