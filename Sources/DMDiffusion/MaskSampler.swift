public import DMTensors

/// Samples masks: starts from noise and asks a denoiser, step by step, which classes lie behind it.
///
///     m ~ N(0, I)
///     for each step (now, next):
///         p = softmax(denoiser(m, now) + shift(now))
///         m^ = estimate of the clean mask from p           (the x0 prediction)
///         m = DDIM or ancestral step from m to the time next, given m^
///
/// The denoiser is a closure. What it is conditioned on, such as the features of an image, is computed once, outside. The
/// shift is that of the debiased adjustment; without one it is nothing.
///
/// ```swift
/// func sampledMask(network: (Tensor<Float>, Double) -> Tensor<Float>) -> Tensor<Int32> {
///     let sampler = MaskSampler(encoding: .analogBits(classCount: 21))
///     return sampler.sample(shape: [1, 129, 129], random: RandomSource(seed: 1)) { mask, time in
///         network(mask, time)                              // logits [1, 129, 129, 21]
///     }.classes                                            // [1, 129, 129]
/// }
/// ```
public struct MaskSampler: Sendable {
    /// How masks are sampled.
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
    ///   - settings: How masks are sampled.
    ///   - schedule: The noise schedule that the denoiser was trained with.
    ///   - encoding: The encoding that the denoiser was trained with.
    public init(settings: SamplerSettings = SamplerSettings(), schedule: NoiseSchedule = .cosine, encoding: LabelEncoding) {
        (self.settings, self.schedule, self.encoding) = (settings, schedule, encoding)
        shifts = settings.timeGrid.intervals.map { _ in nil }
    }

    /// A sampler that shifts the logits of each step against the bias of the training targets.
    ///
    /// An adjustment that is off, made for training, or not meant for this use shifts nothing here.
    ///
    /// - Parameters:
    ///   - settings: How masks are sampled.
    ///   - schedule: The noise schedule that the denoiser was trained with.
    ///   - encoding: The encoding that the denoiser was trained with.
    ///   - adjustment: The debiased adjustment.
    ///   - prior: The class distribution of the targets that the denoiser was trained with.
    ///   - use: What the sampled masks are for.
    /// - Throws: ``DebiasedAdjustmentError`` if the adjustment's target does not fit the classes.
    public init(
        settings: SamplerSettings = SamplerSettings(), schedule: NoiseSchedule = .cosine, encoding: LabelEncoding,
        adjustment: DebiasedAdjustment, prior: ClassPrior, use: DebiasedAdjustment.Use
    ) throws(DebiasedAdjustmentError) {
        checkShape(
            prior.classCount == encoding.classCount,
            "a prior of \(prior.classCount) classes does not fit an encoding of \(encoding.classCount)")
        (self.settings, self.schedule, self.encoding) = (settings, schedule, encoding)
        var shifts: [Tensor<Float>?] = []
        for interval in settings.timeGrid.intervals {
            let shift = adjustment.shiftsSampling(for: use) ? try adjustment.samplingShift(against: prior, at: interval.now) : nil
            shifts.append(shift)
        }
        self.shifts = shifts
    }

    /// Samples masks from noise, and averages over the chains of an ensemble.
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
        checkShape(shape.count == 3, "masks are sampled in the shape [batch, height, width], not \(shape)")
        var sums: [Tensor<Float>] = []
        for chain in 0..<settings.ensembleSize {
            var random = random.split(UInt64(chain))
            let noise: Tensor<Float> = random.normal(shape: shape + [encoding.channelCount])
            let steps = try self.chain(from: noise, random: &random, denoiser: denoiser).map(\.probabilities)
            sums = chain == 0 ? steps : zip(sums, steps).map { $0 + $1 }
        }
        let stepProbabilities = settings.ensembleSize == 1 ? sums : sums.map { $0 * (1 / Float(settings.ensembleSize)) }
        return SampledMask(probabilities: output(of: stepProbabilities), stepProbabilities: stepProbabilities)
    }

    /// Takes the reverse steps of one chain, from given masks.
    ///
    /// - Parameters:
    ///   - mask: The masks at the first time, as a rule noise `[batch, height, width, channels]`.
    ///   - random: Where draws and the noise of ancestral steps come from.
    ///   - denoiser: The logits `[batch, height, width, K]` of noisy masks `[batch, height, width, channels]` at a time.
    /// - Returns: What each step did.
    /// - Throws: What the denoiser throws.
    public func chain<Failure>(
        from mask: Tensor<Float>, random: inout RandomSource,
        denoiser: (_ noisyMask: Tensor<Float>, _ time: Double) throws(Failure) -> Tensor<Float>
    ) throws(Failure) -> [ReverseStep] {
        var steps: [ReverseStep] = []
        var mask = mask
        for (interval, shift) in zip(settings.timeGrid.intervals, shifts) {
            let logits = try denoiser(mask, interval.now)
            checkShape(
                logits.shape == mask.shape.dropLast() + [encoding.classCount],
                "a denoiser of masks \(mask.shape) of \(encoding.classCount) classes returned logits of shape \(logits.shape)")
            let probabilities = (shift.map { logits + $0 } ?? logits).softmax()
            let estimate = settings.estimate.cleanMask(for: probabilities, in: encoding, random: &random)
            mask = step(from: mask, estimate: estimate, over: interval, random: &random)
            steps.append(ReverseStep(interval: interval, probabilities: probabilities, estimate: estimate, mask: mask))
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

/// What one reverse step of a chain did.
public struct ReverseStep: Sendable {
    /// The times of the step.
    public let interval: SamplingInterval
    /// The class probabilities, adjusted `[batch, height, width, K]`.
    public let probabilities: Tensor<Float>
    /// The estimate of the clean masks (the x0 prediction) `[batch, height, width, channels]`.
    public let estimate: Tensor<Float>
    /// The masks that the step arrived at `[batch, height, width, channels]`.
    public let mask: Tensor<Float>
}

/// The masks that were sampled for a batch.
public struct SampledMask: Sendable {
    /// The class probabilities `[batch, height, width, K]`: those of the last step or the mean over the steps, as set.
    public let probabilities: Tensor<Float>
    /// The class probabilities after each step, for reports; each `[batch, height, width, K]`.
    public let stepProbabilities: [Tensor<Float>]

    /// The most probable class of each pixel `[batch, height, width]`.
    public var classes: Tensor<Int32> { probabilities.argmax(along: 3) }

    /// The probability of the most probable class of each pixel `[batch, height, width]`.
    public var confidence: Tensor<Float> { probabilities.maximum(along: 3) }
}

/// One class for each pixel, drawn from the pixel's probabilities (categorical sampling).
///
/// - Parameters:
///   - probabilities: Class probabilities along the last axis `[..., K]`, each row with the sum 1.
///   - random: Where the draws come from, one uniform number for each pixel.
/// - Returns: The drawn classes, from 0 to `K - 1` `[...]`.
public func drawnClasses(from probabilities: Tensor<Float>, random: inout RandomSource) -> Tensor<Int32> {
    let classCount = probabilities.shape.last ?? 0
    checkShape(classCount >= 1, "no class can be drawn from probabilities of shape \(probabilities.shape)")
    let shape = Array(probabilities.shape.dropLast())
    let thresholds: Tensor<Float> = random.uniform(shape: shape, in: 0..<1)
    return Tensor(shape: shape) { classes in
        probabilities.withUnsafeElements { probabilities in
            thresholds.withUnsafeElements { thresholds in
                for pixel in classes.indices {
                    let row = probabilities[pixel * classCount..<(pixel + 1) * classCount]
                    classes.initializeElement(at: pixel, to: drawnClass(from: row, threshold: thresholds[pixel]))
                }
            }
        }
    }
}

/// The first class up to which the probabilities sum to more than the threshold.
private func drawnClass(from probabilities: Slice<UnsafeBufferPointer<Float>>, threshold: Float) -> Int32 {
    // Rounding can leave the sum below the threshold; the last class that is possible at all is then drawn.
    var (sum, drawn): (Float, Int) = (0, 0)
    for (label, probability) in probabilities.enumerated() where probability > 0 {
        sum += probability
        drawn = label
        if threshold < sum { break }
    }
    return Int32(drawn)
}
