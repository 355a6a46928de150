public import DMDatasets
public import DMDiffusion
public import DMLayers
public import DMTensors

/// What a step of a training minimizes: a list of loss terms, made anew for every batch.
///
/// ``SemiSupervisedObjective`` is Algorithm 1 of DiffMatch and, with other weights, FixMatch and UniMatch. An objective
/// of one's own is a type with one method; it may begin with the terms of another:
///
/// ```swift
/// struct WithMoreLabels: TrainingObjective {
///     var base = SemiSupervisedObjective.diffMatch()
///     var extra: LabeledBatch
///     var diffusion: MaskDiffusion { base.diffusion }
///
///     func terms(of batch: TrainingBatch, in context: StepContext) throws -> ObjectiveTerms {
///         var terms = try base.terms(of: batch, in: context)
///         let term = LossTerm(.other("extra"), extra.images, targets: Tensor(converting: extra.masks), weight: 0.1)
///         terms.passes.append([term])
///         return terms
///     }
/// }
/// ```
public protocol TrainingObjective: Sendable {
    /// How masks are noised in training and sampled; without meaning for a network whose head is a classifier.
    var diffusion: MaskDiffusion { get }
    /// The debiased adjustment of sampling, or of the loss.
    var adjustment: DebiasedAdjustment { get }
    /// The weight of the auxiliary head's cross-entropy beside the denoiser's, where there is one.
    var auxiliaryLossWeight: Float { get }

    /// The loss terms of a step.
    ///
    /// - Parameters:
    ///   - batch: The augmented images of the step.
    ///   - context: The networks, the class prior and the random source of the step.
    /// - Throws: What keeps the terms from being made; the training ends.
    func terms(of batch: TrainingBatch, in context: StepContext) throws -> ObjectiveTerms
}

extension TrainingObjective {
    /// The paper's diffusion: 3 DDIM steps under a cosine schedule.
    public var diffusion: MaskDiffusion { MaskDiffusion() }
    /// No adjustment.
    public var adjustment: DebiasedAdjustment { .off }
    /// Half of the denoiser's.
    public var auxiliaryLossWeight: Float { 0.5 }

    /// A network with this objective's way of sampling masks.
    ///
    /// - Parameters:
    ///   - model: The network.
    ///   - prior: The class distribution of the targets that it was trained with.
    ///   - use: What the masks are for: a teacher's labels or a prediction.
    public func predictor(of model: SegmentationModel, prior: ClassPrior, use: DebiasedAdjustment.Use) -> Predictor {
        Predictor(
            model: model, sampling: diffusion.sampler, schedule: diffusion.schedule, adjustment: adjustment, prior: prior, use: use)
    }
}

/// A diffusion over masks: how they are noised in training, and how they are sampled.
public struct MaskDiffusion: Sendable, Equatable {
    /// How the ratio of signal to noise falls with time.
    public var schedule: NoiseSchedule
    /// The times that training draws from, within 0...0.999.
    public var trainingTimes: ClosedRange<Double>
    /// How masks are sampled.
    public var sampler: SamplerSettings

    /// A diffusion; by default with a cosine schedule and the paper's three sampling steps.
    public init(
        schedule: NoiseSchedule = .cosine, trainingTimes: ClosedRange<Double> = 0...0.999, sampler: SamplerSettings = SamplerSettings()
    ) {
        (self.schedule, self.trainingTimes, self.sampler) = (schedule, trainingTimes, sampler)
    }
}

/// The augmented images of one training step.
public struct TrainingBatch: Sendable {
    /// Weak augmentations of labeled images.
    public var labeled: LabeledBatch
    /// Weak and strong augmentations of unlabeled images, for methods that use them.
    public var unlabeled: UnlabeledBatch?

    /// A batch of these images.
    public init(labeled: LabeledBatch, unlabeled: UnlabeledBatch? = nil) {
        self.labeled = labeled
        self.unlabeled = unlabeled
    }
}

/// What an objective may look at when it makes the terms of a step.
public struct StepContext: Sendable {
    /// The number of steps taken before this one.
    public let step: Int
    /// The network that learns.
    public let student: SegmentationModel
    /// The exponential moving average (EMA) of its weights.
    public let ema: SegmentationModel
    /// The class distribution of the targets seen so far.
    public let prior: ClassPrior
    /// How confident the teacher was of each class so far; nil before the first ``ObjectiveTerms/predicted``.
    public let confidence: ClassConfidence?
    /// The objective's own random numbers of this step.
    public let random: RandomSource
    /// How batch normalization of a network that labels images behaves: `.batchStatistics` in the first steps of a
    /// training, while its running statistics are far off.
    public let labelingMode: ForwardContext.Mode
    /// The number of images that pass a network together; 0 for all.
    public let microBatch: Int
}

/// The loss terms of one step.
public struct ObjectiveTerms: Sendable {
    /// The terms, in forward passes: those of one pass go through the network together and share their batch statistics.
    public var passes: [[LossTerm]]
    /// The targets of unlabeled images that count in the class prior, 255 where none does, `[n, h, w]`.
    public var pseudoTargets: Tensor<Int32>?
    /// What a teacher predicts, for ``StepContext/confidence`` of the next steps.
    public var predicted: PseudoLabels?
    /// The share of the unlabeled pixels whose pseudo-label counts, in 0...1.
    public var coverage: Float?

    /// The terms of a step.
    public init(
        passes: [[LossTerm]], pseudoTargets: Tensor<Int32>? = nil, predicted: PseudoLabels? = nil, coverage: Float? = nil
    ) {
        (self.passes, self.pseudoTargets, self.predicted, self.coverage) = (passes, pseudoTargets, predicted, coverage)
    }
}

/// One term of a loss: the mean cross-entropy of some images against their targets, times a weight.
public struct LossTerm: Sendable {
    /// What a term is called in reports.
    public enum Name: Sendable, Hashable {
        /// L_x, on labeled images.
        case labeled
        /// L_s, on a strong augmentation; the first has the number 1.
        case strong(Int)
        /// L_fp, under feature dropout.
        case featureDropout
        /// A term of one's own.
        case other(String)
    }

    /// What the term is called.
    public var name: Name
    /// The images, normalized, `[n, h, w, 3]`.
    public var images: Tensor<Float>
    /// The class of each pixel, 255 where it adds nothing, `[n, h, w]`.
    public var targets: Tensor<Int32>
    /// The weight of the term in the total.
    public var weight: Float
    /// The number of pixels that the term is a mean over.
    public var pixelCount: Int
    /// The probability of each channel of the features to be dropped, in 0..<1; 0 for none.
    public var featureDropout: Float
    /// Whether half of its images lose half of their channels, those that the same image keeps in the other such term of the pass.
    public var complementsDropout: Bool
    /// Which pixels count (OHEM); nil for all.
    public var mining: OnlineHardExampleMining?

    /// A term.
    ///
    /// - Parameters:
    ///   - name: What the term is called.
    ///   - images: The images, normalized, `[n, h, w, 3]`.
    ///   - targets: The class of each pixel, 255 where it adds nothing, `[n, h, w]`.
    ///   - valid: 255 where a pixel does not count in the mean, `[n, h, w]`; the targets by default. A pseudo-label below
    ///     the threshold is valid and adds nothing.
    ///   - weight: The weight of the term in the total.
    ///   - featureDropout: The probability of each channel of the features to be dropped.
    ///   - complementsDropout: Whether it is one of two views of the same images that keep complementary channels.
    ///   - mining: Which pixels count; nil for all.
    /// - Precondition: Images, targets and `valid` have the same batch size, height and width.
    public init(
        _ name: Name, _ images: Tensor<Float>, targets: Tensor<Int32>, valid: Tensor<Int32>? = nil, weight: Float,
        featureDropout: Float = 0, complementsDropout: Bool = false, mining: OnlineHardExampleMining? = nil
    ) {
        require(
            images.rank == 4 && Array(images.shape.dropLast()) == targets.shape,
            "a loss term needs a target for each pixel: images \(images.shape), targets \(targets.shape)")
        require(
            valid == nil || valid?.shape == targets.shape, "targets \(targets.shape) and valid pixels \(valid?.shape ?? []) do not fit")
        (self.name, self.images, self.targets, self.weight) = (name, images, targets, weight)
        (self.featureDropout, self.complementsDropout, self.mining) = (featureDropout, complementsDropout, mining)
        let ignored = Int32(SegmentationSample.ignoredLabel)
        pixelCount = (valid ?? targets).withUnsafeElements { $0.reduce(0) { $0 + ($1 == ignored ? 0 : 1) } }
    }
}
