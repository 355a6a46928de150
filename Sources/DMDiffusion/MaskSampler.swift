public import DMTensors

/// Samples masks: starts from noise and asks a denoiser, step by step, for the classes behind it.
///
///     m ~ N(0, I)
///     for each step (now, next):
///         p = softmax(denoiser(m, now) + shift(now))
///         m^ = estimate of the clean mask from p
///         m = DDIM or ancestral step from m to the time next, given m^
///
/// The denoiser is a closure; what it is conditioned on, such as the features of an image, is computed
/// once, outside. The shift is that of the debiased adjustment, nothing by default.
///
/// ```swift
/// let sampler = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
/// let sampled = sampler.sample(shape: [1, 129, 129], random: RandomSource(seed: 1)) { mask, time in
///     network(features, mask, time)                    // logits [1, 129, 129, K]
/// }
/// ```
public struct MaskSampler: Sendable {
    /// What was chosen about the sampling.
    public let settings: SamplerSettings
    /// The noise schedule that the denoiser was trained with.
    public let schedule: NoiseSchedule
    /// The encoding that the denoiser was trained with.
    public let encoding: LabelEncoding
    /// What each step adds to the logits, if anything; each `[K]`.
    private let shifts: [Tensor<Float>?]

    /// A sampler without adjustment.
    ///
    /// - Parameters:
    ///   - settings: What can be chosen about the sampling.
    ///   - schedule: The noise schedule that the denoiser was trained with.
    ///   - encoding: The encoding that the denoiser was trained with.
    public init(settings: SamplerSettings, schedule: NoiseSchedule, encoding: LabelEncoding) {
        (self.settings, self.schedule, self.encoding) = (settings, schedule, encoding)
        shifts = settings.steps.intervals.map { _ in nil }
    }

    /// A sampler that shifts the logits of each step against the bias of the training targets.
    ///
    /// An adjustment that is off, made for training, or not meant for this use, shifts nothing here.
    ///
    /// - Parameters:
    ///   - settings: What can be chosen about the sampling.
    ///   - schedule: The noise schedule that the denoiser was trained with.
    ///   - encoding: The encoding that the denoiser was trained with.
    ///   - adjustment: The debiased adjustment.
    ///   - prior: The class distribution of the targets that the denoiser was trained with.
    ///   - use: What the sampled masks are for.
    /// - Throws: `DebiasedAdjustmentError` if the adjustment's target does not fit the classes.
    public init(
        settings: SamplerSettings, schedule: NoiseSchedule, encoding: LabelEncoding,
        adjustment: DebiasedAdjustment, prior: ClassPrior, use: DebiasedAdjustment.Use
    ) throws(DebiasedAdjustmentError) {
        require(
            prior.classCount == encoding.classCount,
            "a prior of \(prior.classCount) classes does not fit an encoding of \(encoding.classCount)")
        (self.settings, self.schedule, self.encoding) = (settings, schedule, encoding)
        var shifts: [Tensor<Float>?] = []
        for interval in settings.steps.intervals {
            let shift = adjustment.shiftsSampling(for: use) ? try adjustment.samplingShift(against: prior, at: interval.now) : nil
            shifts.append(shift)
        }
        self.shifts = shifts
    }

    /// Samples masks from noise; averages over several chains if so set.
    ///
    /// - Parameters:
    ///   - shape: The shape of the masks `[batch, height, width]`.
    ///   - random: Where the noise comes from; equal sources give equal masks.
    ///   - denoiser: The logits `[batch, height, width, K]` of noisy masks `[batch, height, width, channels]` at a time.
    /// - Throws: What the denoiser throws.
    public func sample<Failure>(
        shape: [Int], random: RandomSource,
        denoiser: (_ noisyMask: Tensor<Float>, _ time: Double) throws(Failure) -> Tensor<Float>
    ) throws(Failure) -> SampledMask {
        require(shape.count == 3, "masks are sampled in the shape [batch, height, width], not \(shape)")
        var sums: [Tensor<Float>] = []
        for draw in 0..<settings.drawCount {
            var random = random.split(UInt64(draw))
            let noise: Tensor<Float> = random.normal(shape: shape + [encoding.channelCount])
            let steps = try chain(from: noise, random: &random, denoiser: denoiser).map(\.probabilities)
            sums = draw == 0 ? steps : zip(sums, steps).map { $0 + $1 }
        }
        let stepProbabilities = settings.drawCount == 1 ? sums : sums.map { $0 * (1 / Float(settings.drawCount)) }
        return SampledMask(probabilities: output(of: stepProbabilities), stepProbabilities: stepProbabilities)
    }

    /// Takes the steps of one chain from given masks.
    ///
    /// - Parameters:
    ///   - mask: The masks at the first time, noise as a rule `[batch, height, width, channels]`.
    ///   - random: Where draws and the noise of ancestral steps come from.
    ///   - denoiser: The logits `[batch, height, width, K]` of noisy masks `[batch, height, width, channels]` at a time.
    /// - Returns: What each step did.
    /// - Throws: What the denoiser throws.
    public func chain<Failure>(
        from mask: Tensor<Float>, random: inout RandomSource,
        denoiser: (_ noisyMask: Tensor<Float>, _ time: Double) throws(Failure) -> Tensor<Float>
    ) throws(Failure) -> [SamplingStep] {
        var steps: [SamplingStep] = []
        var mask = mask
        for (interval, shift) in zip(settings.steps.intervals, shifts) {
            let logits = try denoiser(mask, interval.now)
            require(
                logits.shape == mask.shape.dropLast() + [encoding.classCount],
                "a denoiser of masks \(mask.shape) of \(encoding.classCount) classes returned logits of shape \(logits.shape)")
            let probabilities = (shift.map { logits + $0 } ?? logits).softmax()
            let estimate = settings.estimate.cleanMask(for: probabilities, in: encoding, random: &random)
            mask = step(from: mask, estimate: estimate, over: interval, random: &random)
            steps.append(SamplingStep(interval: interval, probabilities: probabilities, estimate: estimate, mask: mask))
        }
        return steps
    }

    private func step(
        from mask: Tensor<Float>, estimate: Tensor<Float>, over interval: SamplingInterval, random: inout RandomSource
    ) -> Tensor<Float> {
        switch settings.kind {
        case .ddim:
            return schedule.ddimStep(from: mask, estimate: estimate, over: interval)
        case .ancestral:
            let noise: Tensor<Float> = random.normal(shape: mask.shape)
            return schedule.ancestralStep(from: mask, estimate: estimate, noise: noise, over: interval)
        }
    }

    private func output(of steps: [Tensor<Float>]) -> Tensor<Float> {
        switch settings.output {
        case .lastStep: steps[steps.count - 1]
        case .meanOverSteps: steps.dropFirst().reduce(steps[0]) { $0 + $1 } * (1 / Float(steps.count))
        }
    }
}
