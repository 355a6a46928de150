import DMDatasets
package import DMDiffusion
package import DMLayers
package import DMTensors

/// One step of Algorithm 1, and of the baselines that are parts of it.
///
/// The lines are numbered as in `docs/method.md`; the optimizer's step, the moving average and the
/// prior's update (line 5) follow in `Trainer.step`.
package struct Algorithm1: Sendable {
    let method: Method
    let headLoss: HeadLoss
    /// Which pseudo-labels count.
    let rule: PseudoLabelRule
    /// The probability of a channel to be dropped in the feature-dropout view.
    let featureDropout: Float
    /// What the loss of a generative head's auxiliary classifier counts beside the denoiser's.
    let auxiliaryWeight: Float
    /// Which pixels the labeled loss counts; nil for all.
    let hardPixels: OnlineHardExampleMining?
    /// The factor of the unlabeled losses while their weight ramps up, in 0...1.
    let unlabeledFactor: Float
    /// The number of images that pass a network together; 0 for all.
    package var microBatch = 0
    /// How the student's layers behave; `.inference` for a gradient without batch statistics.
    package var studentMode = ForwardContext.Mode.training

    /// What one step computed.
    package struct Outcome: Sendable {
        package var losses: StepLosses
        package var gradients: ParameterValues
        package var statistics: [BatchStatistics]
        /// The targets of the first strong view, after CutMix, 255 where none counts; for the class prior.
        package var pseudoTargets: Tensor<Int32>?
        /// The share of the unlabeled pixels that are sure enough.
        package var coverage: Float?
    }

    /// Lines 1 to 5, up to the gradient.
    ///
    /// - Parameters:
    ///   - student: The network that learns.
    ///   - teacher: Labels the unlabeled images.
    ///   - teacherMode: How the teacher's batch normalizations behave.
    ///   - batch: The views of this step.
    ///   - random: This step's own source.
    package func callAsFunction(
        student: SegmentationModel, teacher: Predictor, teacherMode: ForwardContext.Mode, batch: TrainingBatch,
        random: RandomSource
    ) throws(DebiasedAdjustmentError) -> Outcome {
        // Line 2: the teacher labels the weak views; nothing flows back through it.
        var pseudo: PseudoLabels?
        if let unlabeled = batch.unlabeled {
            let prediction = try teacher.predict(
                unlabeled.weak, random: random.split(0), mode: teacherMode, microBatch: microBatch)
            pseudo = rule.labels(of: prediction, ignored: Tensor(converting: unlabeled.ignored))
        }
        var views = [labeledViews(batch, pseudo)]
        if let strong = strongViews(batch, pseudo) { views.append(strong) }

        var draws = Draws(context: ForwardContext(mode: studentMode, random: random.split(1)), noise: random.split(2))
        var losses = StepLosses()
        var sum = GradientAccumulator(of: student)
        for views in views { learn(from: views, student, &draws, &sum, &losses) }
        return Outcome(
            losses: losses, gradients: sum.gradients, statistics: draws.context.statistics,
            pseudoTargets: views.last?.targets(of: .strong(0)),
            coverage: pseudo?.coverage(atLeast: rule.threshold))
    }

    /// Lines 1 and 4: the labeled weak views, and with them the unlabeled weak views under feature dropout.
    private func labeledViews(_ batch: TrainingBatch, _ pseudo: PseudoLabels?) -> ViewStack {
        var stack = ViewStack()
        let labels = Tensor<Int32>(converting: batch.labeled.masks)
        stack.append(.labeled, batch.labeled.images, targets: labels, valid: labels, weight: method.weights.labeled)
        if let unlabeled = batch.unlabeled, let pseudo, method.weights.featureDropout > 0 {
            stack.firstDropped = labels.shape[0]
            stack.append(
                .featureDropout, unlabeled.weak, targets: pseudo.targets(atLeast: rule.threshold), valid: pseudo.classes,
                weight: method.weights.featureDropout * unlabeledFactor)
        }
        return stack
    }

    /// Line 3: the strong views, each with its own boxes pasted into images, labels and confidences alike.
    private func strongViews(_ batch: TrainingBatch, _ pseudo: PseudoLabels?) -> ViewStack? {
        guard let unlabeled = batch.unlabeled, let pseudo else { return nil }
        var stack = ViewStack()
        for (index, weight) in method.weights.strong.enumerated() {
            let view = unlabeled.strong[index]
            let mixed = PseudoLabels(
                classes: view.mixing.mixed(pseudo.classes), confidence: view.mixing.mixed(pseudo.confidence))
            stack.append(
                .strong(index), view.images, targets: mixed.targets(atLeast: rule.threshold), valid: mixed.classes,
                weight: weight * unlabeledFactor)
        }
        return stack
    }
}
