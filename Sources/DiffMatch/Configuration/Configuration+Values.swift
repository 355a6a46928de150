import DMDiffusion
import DMOptimizers

/// What settings mean to the modules below.
extension Configuration {
    /// How masks are sampled.
    var sampling: SamplerSettings {
        SamplerSettings(
            steps: diffusion.samplingSteps, timeDifference: diffusion.timeDifference, kind: diffusion.sampler,
            estimate: diffusion.estimate, output: diffusion.output, ensembleSize: diffusion.draws)
    }

    /// The debiased adjustment.
    var adjustment: DebiasedAdjustment {
        DebiasedAdjustment(
            mode: debias.mode, strength: debias.strength, timeWeight: debias.timeWeight, appliesTo: debias.appliesTo,
            maximumShift: debias.maximumShift)
    }

    /// Which pseudo-labels count.
    var pseudoLabelRule: PseudoLabelRule {
        PseudoLabelRule(
            threshold: Float(pseudoLabels.threshold), surestShare: Float(pseudoLabels.surestShare ?? (method == .diffmatch ? 0.5 : 0)))
    }

    /// What the unlabeled losses are multiplied by while their weight grows or falls, in 0...1.
    ///
    /// - Parameter step: The step, counted from 0.
    func unlabeledFactor(at step: Int) -> Double {
        func share(of steps: Double, _ passed: Int) -> Double { steps > 0 ? min(1, Double(passed) / steps) : 1 }
        let count = training.steps
        return share(of: pseudoLabels.rampUp * Double(count), step) * share(of: pseudoLabels.rampDown * Double(count), count - step)
    }

    /// The labeled and the unlabeled images of a step.
    ///
    /// A method without unlabeled images takes labeled ones in their place, so that a step sees as many images with any.
    ///
    /// - Parameter usesUnlabeled: Whether unlabeled images take part.
    func imagesPerStep(usesUnlabeled: Bool) -> (labeled: Int, unlabeled: Int) {
        let unlabeled = training.unlabeledBatchSize ?? training.batchSize
        return usesUnlabeled ? (training.batchSize, unlabeled) : (training.batchSize + unlabeled, 0)
    }

    /// The learning rate of the first step for this batch: in proportion to its labeled images, where they are other than those
    /// that `optimizer.learningRate` is meant for (Goyal et al., *Accurate, Large Minibatch SGD*, 2017).
    var initialLearningRate: Double {
        let factor = optimizer.referenceBatch.map { Double(training.batchSize) / Double($0) } ?? 1
        return optimizer.learningRate * factor
    }

    /// An optimizer before its first step.
    func makeOptimizer() -> any DMOptimizers.Optimizer {
        switch optimizer.name {
        case .adamw: AdamW(weightDecay: optimizer.weightDecay)
        case .sgd: SGD(momentum: Float(optimizer.momentum), weightDecay: Float(optimizer.weightDecay))
        }
    }

    /// A network with the configured sampling.
    func predictor(of model: SegmentationModel, prior: ClassPrior, use: DebiasedAdjustment.Use) -> Predictor {
        Predictor(
            model: model, sampling: sampling, schedule: diffusion.schedule, adjustment: adjustment, prior: prior, use: use)
    }
}
