import DMDatasets
public import DMDiffusion
public import DMLayers
import DMTensors

/// Algorithm 1 of DiffMatch; with other weights and another labeler also FixMatch, UniMatch and supervised training.
///
/// | | labeled | strong | feature dropout | labeler | head |
/// |---|---|---|---|---|---|
/// | ``diffMatch(sampler:adjustment:pseudoLabels:ramp:)`` | 1/2 | 1/8, 1/8 | 1/4 | EMA | mask denoiser |
/// | ``uniMatch(pseudoLabels:ramp:)`` | 1/2 | 1/8, 1/8 | 1/4 | student | classifier |
/// | ``fixMatch(pseudoLabels:ramp:)`` | 1/2 | 1/2 | | student | classifier |
/// | ``supervised(diffusion:)`` | 1 | | | | either |
///
/// Source: Sun et al., *Towards Unbiased Learning in Semi-Supervised Semantic Segmentation*, ICLR 2025, Algorithm 1;
/// terms and weights of Yang et al., *Revisiting Weak-to-Strong Consistency*, CVPR 2023.
public struct SemiSupervisedObjective: TrainingObjective {
    /// The weight of each term in the total.
    public var weights: TermWeights
    /// Which network labels the unlabeled images.
    public var labeler: Labeler
    /// Which pseudo-labels count.
    public var pseudoLabels: PseudoLabelRule
    /// The probability of a channel to be dropped in the feature-dropout term.
    public var featureDropout: Float = 0.5
    /// Whether the two strong augmentations of half of the images see complementary halves of the feature channels, as in
    /// UniMatch V2 (Yang et al., 2024), and the weak ones all of them. A single strong augmentation loses half of them at random.
    public var dropsComplements = false
    /// Whether the shift of the teacher's masks leads to the class distribution of the labeled images, from that of its own
    /// labels: it fades once they agree. By default it leads from the distribution of all targets to the adjustment's own target,
    /// and goes on whatever the teacher predicts.
    public var alignsTeacher = false
    /// Which labeled pixels count: online hard example mining (OHEM); nil for all.
    public var mining: OnlineHardExampleMining?
    /// How the weight of the unlabeled terms grows and falls.
    public var ramp: WeightRamp
    /// How masks are noised and sampled.
    public var diffusion = MaskDiffusion()
    /// The debiased adjustment.
    public var adjustment = DebiasedAdjustment.off
    /// The weight of the auxiliary head's cross-entropy.
    public var auxiliaryLossWeight: Float = 0.5

    /// The weights of the terms: L = (L_x + 0.25 L_s1 + 0.25 L_s2 + 0.5 L_fp) / 2 in Algorithm 1.
    public struct TermWeights: Sendable, Equatable {
        /// That of L_x.
        public var labeled: Float
        /// Those of L_s1, L_s2, ...: one for each strong augmentation that is used.
        public var strong: [Float]
        /// That of L_fp; 0 leaves the term out.
        public var featureDropout: Float

        /// Weights.
        public init(labeled: Float, strong: [Float] = [], featureDropout: Float = 0) {
            (self.labeled, self.strong, self.featureDropout) = (labeled, strong, featureDropout)
        }
    }

    /// A network that labels unlabeled images.
    public enum Labeler: Sendable {
        /// The network that learns, as in FixMatch and UniMatch.
        case student
        /// The exponential moving average of its weights, the teacher of DiffMatch.
        case ema
    }

    /// An objective of these parts.
    public init(
        weights: TermWeights, labeler: Labeler = .ema, pseudoLabels: PseudoLabelRule = PseudoLabelRule(), ramp: WeightRamp = WeightRamp()
    ) {
        (self.weights, self.labeler, self.pseudoLabels, self.ramp) = (weights, labeler, pseudoLabels, ramp)
    }

    /// Lines 1 to 5 of Algorithm 1, as a list of terms.
    ///
    /// The optimizer's step, the moving average and the class prior follow in ``Trainer/step(_:_:)``.
    public func terms(of batch: TrainingBatch, in context: StepContext) throws -> ObjectiveTerms {
        // Line 1. The student sees the weak augmentations of the labeled images: L_x.
        let labeled = LossTerm(
            .labeled, batch.labeled.images, targets: Tensor(converting: batch.labeled.masks), weight: weights.labeled, mining: mining)
        guard let unlabeled = batch.unlabeled else { return ObjectiveTerms(passes: [[labeled]]) }

        // Line 2. The teacher samples masks for the weak augmentations of the unlabeled images. No gradient flows back.
        let (pseudo, predicted) = try labels(of: unlabeled, in: context)
        let ramp = ramp.factor(at: context.step)

        // Line 3. The student sees strong augmentations with CutMix, pasted into images and labels alike: L_s1, L_s2.
        let strong = zip(unlabeled.strong, weights.strong).enumerated().map { index, pair in
            let (view, weight) = pair
            let mixed = pseudo.mixed(by: view.mixing)
            return LossTerm(
                .strong(index + 1), view.images, targets: mixed.targets(atLeast: pseudoLabels.threshold), valid: mixed.classes,
                weight: weight * ramp, featureDropout: dropsComplements && weights.strong.count == 1 ? 0.5 : 0,
                complementsDropout: dropsComplements && weights.strong.count == 2)
        }

        // Line 4. The student sees the weak augmentations again, with whole channels of its features dropped: L_fp.
        let dropped = LossTerm(
            .featureDropout, unlabeled.weak, targets: pseudo.targets(atLeast: pseudoLabels.threshold), valid: pseudo.classes,
            weight: weights.featureDropout * ramp, featureDropout: dropsComplements ? 0 : featureDropout)

        // Line 5. The weighted sum. Weak augmentations share a forward pass and their batch statistics, strong ones another.
        return ObjectiveTerms(
            passes: [weights.featureDropout > 0 ? [labeled, dropped] : [labeled]] + (strong.isEmpty ? [] : [strong]),
            pseudoTargets: (strong.first ?? dropped).targets, predicted: predicted,
            coverage: pseudo.coverage(atLeast: pseudoLabels.threshold))
    }
}

extension SemiSupervisedObjective {
    /// The labels of a step's unlabeled images, and those of a teacher whose confidence is to be remembered as it gave them.
    private func labels(
        of unlabeled: UnlabeledBatch, in context: StepContext
    ) throws -> (pseudo: PseudoLabels, predicted: PseudoLabels?) {
        // A finished network has labeled them, before the training.
        if let labels = unlabeled.labels { return (PseudoLabels(given: labels, ignored: unlabeled.ignored), nil) }
        let teacher = teacher(
            labeler == .ema ? context.ema : context.student, prior: context.prior, confidence: context.confidence)
        let prediction = try teacher.predict(
            unlabeled.weak, random: context.random, mode: context.labelingMode, microBatch: context.microBatch)
        let predicted = PseudoLabels(probabilities: prediction.probabilities, ignored: Tensor(converting: unlabeled.ignored))
        return (
            pseudoLabels.raised(predicted, confidence: context.confidence),
            pseudoLabels.balance == .dataset || alignsTeacher ? predicted : nil
        )
    }

    /// A network as it labels unlabeled images.
    ///
    /// - Parameters:
    ///   - model: The network.
    ///   - prior: The class distribution of the targets seen so far.
    ///   - confidence: How confident it was of each class so far; nil before the first step.
    package func teacher(_ model: SegmentationModel, prior: ClassPrior, confidence: ClassConfidence?) -> Predictor {
        guard alignsTeacher else { return predictor(of: model, prior: prior, use: .teacher) }
        var aligned = self
        guard let confidence else {
            aligned.adjustment = .off
            return aligned.predictor(of: model, prior: prior, use: .teacher)
        }
        aligned.adjustment.target = .given(confidence.labeled.probabilities)
        return aligned.predictor(of: model, prior: confidence.predicted, use: .teacher)
    }

    /// Leaves the first strong augmentations; the others' weight goes to them, or to the feature-dropout term where none is left.
    ///
    /// Without any, the unlabeled images share the forward pass of the labeled ones and their batch statistics.
    package mutating func keepStrongViews(_ count: Int) {
        guard count < weights.strong.count else { return }
        let total = weights.strong.reduce(0, +)
        weights.strong = Array(repeating: total / Float(max(1, count)), count: count)
        if count == 0 { weights.featureDropout += total }
    }

    /// Puts complementary dropout on the strong augmentations in the place of the feature-dropout term, whose weight they share.
    package mutating func replaceFeatureDropoutByComplements() {
        guard weights.featureDropout > 0 else { return }
        dropsComplements = true
        // Without a strong augmentation the weak one keeps its term, and all its channels.
        guard !weights.strong.isEmpty else { return }
        weights.strong = weights.strong.map { $0 + weights.featureDropout / Float(weights.strong.count) }
        weights.featureDropout = 0
    }
}

extension TrainingObjective where Self == SemiSupervisedObjective {
    /// DiffMatch (Sun et al., ICLR 2025); the network needs a mask denoiser.
    ///
    /// - Parameters:
    ///   - sampler: How teacher and prediction sample masks; the paper's three steps by default.
    ///   - adjustment: The debiased adjustment of every reverse step.
    ///   - pseudoLabels: Which of the teacher's labels count. Half of each class's most confident pixels always do; the paper
    ///     has a threshold alone.
    ///   - ramp: How the weight of the unlabeled terms grows and falls.
    public static func diffMatch(
        sampler: SamplerSettings = SamplerSettings(),
        adjustment: DebiasedAdjustment = DebiasedAdjustment(mode: .sampling, strength: 0.5, appliesTo: .teacher),
        pseudoLabels: PseudoLabelRule = PseudoLabelRule(classBalancedFraction: 0.5), ramp: WeightRamp = WeightRamp()
    ) -> SemiSupervisedObjective {
        var objective = SemiSupervisedObjective(
            weights: .init(labeled: 0.5, strong: [0.125, 0.125], featureDropout: 0.25), labeler: .ema, pseudoLabels: pseudoLabels,
            ramp: ramp)
        objective.diffusion.sampler = sampler
        objective.adjustment = adjustment
        return objective
    }

    /// UniMatch (Yang et al., CVPR 2023): two strong augmentations and feature dropout; the network needs a classifier.
    public static func uniMatch(pseudoLabels: PseudoLabelRule = PseudoLabelRule(), ramp: WeightRamp = WeightRamp()) -> Self {
        Self(
            weights: .init(labeled: 0.5, strong: [0.125, 0.125], featureDropout: 0.25), labeler: .student, pseudoLabels: pseudoLabels,
            ramp: ramp)
    }

    /// FixMatch (Sohn et al., NeurIPS 2020): one strong augmentation; the network needs a classifier.
    public static func fixMatch(pseudoLabels: PseudoLabelRule = PseudoLabelRule(), ramp: WeightRamp = WeightRamp()) -> Self {
        Self(weights: .init(labeled: 0.5, strong: [0.5]), labeler: .student, pseudoLabels: pseudoLabels, ramp: ramp)
    }

    /// Labeled images alone, with a classifier or a mask denoiser.
    public static func supervised(diffusion: MaskDiffusion = MaskDiffusion()) -> Self {
        var objective = Self(weights: .init(labeled: 1))
        objective.diffusion = diffusion
        return objective
    }
}

/// How the weight of the unlabeled terms grows at the beginning of a training and falls at its end, linearly.
public struct WeightRamp: Sendable, Equatable {
    /// The steps over which the weight grows to its full value; 0 for at once.
    public var up: Double
    /// The last steps, over which it falls to nothing; 0 for never.
    public var down: Double
    /// The number of steps of the whole training; only `down` needs it.
    public var steps: Int

    /// A ramp; the full weight throughout by default.
    public init(up: Double = 0, down: Double = 0, steps: Int = 0) { (self.up, self.down, self.steps) = (up, down, steps) }

    /// The factor of the weight, in 0...1.
    ///
    /// - Parameter step: The number of steps taken before.
    public func factor(at step: Int) -> Float {
        func share(of steps: Double, _ passed: Int) -> Double { steps > 0 ? max(0, min(1, Double(passed) / steps)) : 1 }
        return Float(share(of: up, step) * share(of: down, steps - step))
    }
}
