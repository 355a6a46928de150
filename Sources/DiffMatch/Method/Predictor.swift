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
    ///   - images: `[n, h, w, 3]`, normalised.
    ///   - random: Where the first noise and later draws come from; equal sources give equal masks.
    ///   - mode: `.inference`, or `.batchStatistics` while the running statistics are still far off.
    /// - Throws: `DebiasedAdjustmentError` if the correction does not fit the classes.
    public func predict(
        _ images: Tensor<Float>, random: RandomSource, mode: ForwardContext.Mode = .inference
    ) throws(DebiasedAdjustmentError) -> Prediction {
        var context = ForwardContext(mode: mode, random: random)
        let features = model.features(of: images, &context)
        let (height, width) = (images.shape[1], images.shape[2])
        switch model.head {
        case .classifier(let classifier):
            var logits = classifier(features).value
            // A classifier's prediction may be adjusted, as logits are after training; its pseudo-labels never are.
            if use == .prediction, adjustment.shiftsSampling(for: use) {
                logits = try logits + adjustment.samplingShift(against: prior, at: 1)
            }
            let enlarged = logits.resized(height: height, width: width, alignsCorners: true)
            return Prediction(probabilities: enlarged.softmax(), coarseSteps: [])
        case .generator(let generator):
            let sampler = try MaskSampler(
                settings: sampling, schedule: schedule, encoding: generator.codes.encoding, adjustment: adjustment,
                prior: prior, use: use)
            let count = images.shape[0]
            let sampled = sampler.sample(shape: Array(features.shape.dropLast()), random: random) { mask, time in
                let logSNR = Tensor(repeating: Float(schedule.logSNR(at: time)), shape: [count])
                return generator.denoiser(features: features, mask: Variable(mask), logSNR: logSNR).value
            }
            return Prediction(
                probabilities: sampled.probabilities.enlarged(height: height, width: width),
                coarseSteps: sampled.stepProbabilities)
        }
    }
}
