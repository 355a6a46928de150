public import DMDatasets
import DMDiffusion
import DMLayers
import DMOptimizers
public import DMTensors
public import DiffMatch

/// What settings mean: the values of the modules below. This is the only place where one is made from the other.
extension Configuration {
    /// The configured training, ready for its first step.
    public func makeTrainer() -> Trainer {
        let schedule = PolynomialDecay(
            initial: Float(initialLearningRate), steps: training.steps, power: Float(optimizer.power))
        var trainer =
            switch optimizer.name {
            case .adamw:
                Trainer(
                    objective: objective, optimizer: AdamW(weightDecay: optimizer.weightDecay), schedule: schedule,
                    emaDecay: Float(training.emaDecay), seed: seed)
            case .sgd:
                Trainer(
                    objective: objective,
                    optimizer: SGD(momentum: Float(optimizer.momentum), weightDecay: Float(optimizer.weightDecay)), schedule: schedule,
                    emaDecay: Float(training.emaDecay), seed: seed)
            }
        trainer.microBatch = training.microBatch
        trainer.parameterGroups = [
            .encoder(learningRateFactor: Float(optimizer.encoderFactor)), .denoiser(learningRateFactor: Float(optimizer.denoiserFactor)),
        ]
        return trainer
    }

    /// The state before the first step, all weights drawn from the seed.
    public func initialState(classCount: Int) -> TrainingState {
        makeTrainer().initialState(of: makeModel(classCount: classCount))
    }

    /// What is minimized: Algorithm 1, or the terms of it that the method has.
    public var objective: SemiSupervisedObjective {
        let rule = PseudoLabelRule(
            threshold: Float(pseudoLabels.threshold),
            classBalancedFraction: Float(pseudoLabels.classBalancedFraction ?? (method == .diffmatch ? 0.5 : 0)),
            balance: pseudoLabels.classBalance)
        let steps = Double(training.steps)
        let ramp = WeightRamp(up: pseudoLabels.rampUp * steps, down: pseudoLabels.rampDown * steps, steps: training.steps)
        var objective: SemiSupervisedObjective =
            switch method {
            case .supervised, .supervisedDiffusion: .supervised()
            case .fixmatch: .fixMatch(pseudoLabels: rule, ramp: ramp)
            case .unimatch: .uniMatch(pseudoLabels: rule, ramp: ramp)
            case .diffmatch: .diffMatch(pseudoLabels: rule, ramp: ramp)
            }
        objective.pseudoLabels = rule
        objective.alignsTeacher = debias.teacherTarget == .labeled && debias.mode == .sampling
        objective.keepStrongViews(augmentation.strongViews)
        if augmentation.featureDropoutViews == .strong { objective.replaceFeatureDropoutByComplements() }
        objective.featureDropout = Float(augmentation.featureDropout)
        objective.mining = training.ohemMinimumKept > 0 ? OnlineHardExampleMining(minimumCount: training.ohemMinimumKept) : nil
        objective.auxiliaryLossWeight = Float(training.auxiliaryLossWeight)
        objective.diffusion = MaskDiffusion(
            schedule: diffusion.schedule, trainingTimes: diffusion.trainingTimeRange,
            sampler: SamplerSettings(
                steps: diffusion.samplingSteps, timeDifference: diffusion.timeDifference, kind: diffusion.sampler,
                estimate: diffusion.estimate, output: diffusion.output, ensembleSize: diffusion.ensembleSize))
        objective.adjustment = DebiasedAdjustment(
            mode: debias.mode, strength: debias.strength, timeWeight: debias.timeWeight, appliesTo: debias.appliesTo,
            maximumShift: debias.maximumShift)
        return objective
    }

    /// A network as it predicts.
    func predictor(of model: SegmentationModel, prior: ClassPrior) -> Predictor {
        var predictor = objective.predictor(of: model, prior: prior, use: .prediction)
        predictor.flips = evaluation.testTimeAugmentation == .flip
        return predictor
    }

    /// The learning rate of the first step for this batch: in proportion to its labeled images, where they are other than those
    /// that `optimizer.learningRate` is meant for (Goyal et al., *Accurate, Large Minibatch SGD*, 2017).
    var initialLearningRate: Double {
        let factor = optimizer.referenceBatch.map { Double(training.batchSize) / Double($0) } ?? 1
        return optimizer.learningRate * factor
    }

    /// The learning rate of the first step without the digits that rounding leaves behind.
    var initialLearningRateText: String { "\(Float(initialLearningRate))" }

    /// The labeled and the unlabeled images of a step.
    ///
    /// A method without unlabeled images takes labeled ones in their place, so that a step sees as many images with any.
    ///
    /// - Parameter usesUnlabeled: Whether unlabeled images take part.
    func imagesPerStep(usesUnlabeled: Bool) -> (labeled: Int, unlabeled: Int) {
        let unlabeled = training.unlabeledBatchSize ?? training.batchSize
        return usesUnlabeled ? (training.batchSize, unlabeled) : (training.batchSize + unlabeled, 0)
    }
}

/// Networks.
extension Configuration {
    /// The configured network, its weights drawn from the seed.
    public func makeModel(classCount: Int) -> SegmentationModel {
        var random = RandomStream.weights.source(seed: seed)
        return makeModel(classCount: classCount, random: &random)
    }

    /// The configured network, its weights drawn from `random`.
    public func makeModel(classCount: Int, random: inout RandomSource) -> SegmentationModel {
        let head: SegmentationModel.HeadKind =
            method.isGenerative
            ? .denoiser(
                GenerativeHead.Shape(
                    layers: denoiser.layers, channels: denoiser.channels, heads: denoiser.heads, points: denoiser.points,
                    attention: denoiser.attention, encoding: diffusion.encoding, scale: Float(diffusion.scale),
                    hasAuxiliaryHead: training.auxiliaryLossWeight > 0))
            : .classifier
        var model = SegmentationModel(
            encoder: makeEncoder(random: &random), classCount: classCount, head: head, channels: decoder.channels,
            lowLevelChannels: decoder.lowLevelChannels, rates: decoder.rates, normalization: normalization, random: &random)
        model.head.generator?.denoiser.checkpointedLayers = Set(denoiser.activationCheckpointing)
        return model
    }

    private func makeEncoder(random: inout RandomSource) -> any FeatureEncoder {
        let outputStride = encoder.outputStride ?? .sixteen
        var network: any FeatureEncoder =
            switch (encoder.name, encoder.name.depth) {
            case (_, let depth?): ResNet(depth, stem: encoder.stem ?? .classic, outputStride: outputStride, random: &random)
            case (.efficientNetLite0, _): EfficientNetLite0(outputStride: outputStride, random: &random)
            default: CompactEncoder(width: encoder.channels, random: &random)
            }
        network.checkpointedStages = Set(encoder.activationCheckpointing)
        return network
    }

    private var normalization: ImageNormalization { encoder.name == .efficientNetLite0 ? .efficientNetLite : .imageNet }
}

/// Data.
extension Configuration {
    /// The configured data set, its files listed but not read.
    ///
    /// - Throws: `DatasetError` where the folder does not have the configured layout.
    public func makeDataset() throws(DatasetError) -> any SegmentationDataset {
        guard let layout = dataset.layout else {
            return BuiltInScenes(
                BuiltInScenes.Settings(
                    seed: dataset.seed, side: dataset.side, classCount: dataset.classes, headToTailRatio: dataset.ratio,
                    trainingCount: dataset.trainingImages, validationCount: dataset.validationImages,
                    testCount: dataset.testImages))
        }
        return try FileDataset(
            layout, root: dataset.root ?? "",
            lists: FileLists(
                labeled: dataset.labeledList, unlabeled: dataset.unlabeledList, validation: dataset.validationList),
            reading: dataset.reading)
    }

    /// How training images are augmented.
    var augmentationParameters: Augmentation {
        Augmentation(
            cropSize: augmentation.crop,
            scale: Float(augmentation.scaleRange.lowerBound)...Float(augmentation.scaleRange.upperBound),
            flipProbability: Float(augmentation.flipProbability),
            strong: StrongAugmentation(
                jitterProbability: Float(augmentation.jitterProbability), jitter: Float(augmentation.jitter), hue: Float(augmentation.hue),
                grayscaleProbability: Float(augmentation.grayscaleProbability), blurProbability: Float(augmentation.blurProbability),
                blurSigma: Float(augmentation.blurSigma.lowerBound)...Float(augmentation.blurSigma.upperBound)),
            cutMix: CutMix(
                probability: Float(augmentation.cutMixProbability),
                area: Float(augmentation.cutMixArea.lowerBound)...Float(augmentation.cutMixArea.upperBound)),
            normalization: normalization)
    }

    /// How much of an image a network sees when it is measured.
    var evaluationView: ImageView {
        let side = evaluation.window > 0 ? evaluation.window : augmentation.crop
        return switch evaluation.mode {
        case .original: .whole
        case .centerCrop: .centerCrop(side: side)
        case .slidingWindow: .slidingWindow(SlidingWindow(side: side))
        }
    }

    /// How much of an image a network sees when it predicts: all of it, at once or by windows.
    var predictionView: ImageView { if case .slidingWindow = evaluationView { evaluationView } else { .whole } }
}

extension Configuration.DatasetSettings {
    /// How image files are read.
    var reading: ImageReading {
        var limits = ImageLimits()
        limits.pixels = pixelLimit
        limits.scanPixels = max(limits.scanPixels, 16 * pixelLimit)
        return ImageReading(orientation: orientation, limits: limits)
    }

    /// How the files of the data set are arranged; nil where it has none.
    var layout: DatasetLayout? {
        switch name {
        case .builtin: nil
        case .pascal: .pascal
        case .cityscapes: .cityscapes
        case .coco: .coco
        case .camvid: .camvid
        case .folder: .folder
        }
    }
}
