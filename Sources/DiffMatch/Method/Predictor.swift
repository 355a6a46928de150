import DMAutograd
public import DMDiffusion
public import DMLayers
public import DMTensors

/// A network together with the way its masks are sampled.
///
/// The teacher of Algorithm 1 and the final prediction are both this, with another `use`.
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
                probabilities: joined(ranges) { sampled.probabilities.images($0).enlarged(height: height, width: width) },
                coarseSteps: sampled.stepProbabilities)
        }
    }

    /// What is worked out for micro-batches, side by side.
    private func joined(_ ranges: [Range<Int>], _ body: (Range<Int>) -> Tensor<Float>) -> Tensor<Float> {
        ranges.count == 1 ? body(ranges[0]) : concatenated(ranges.map(body), along: 0)
    }
}
