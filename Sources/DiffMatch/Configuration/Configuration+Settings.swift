import DMLayers

extension Configuration {
    /// Every section and what it is about, in the order of the keys.
    public static let sections: [(name: String, documentation: String)] = [
        ("dataset", "The images and which of them are labeled."),
        ("encoder", "The network that turns an image into feature maps."),
        ("decoder", "The atrous-pyramid network that joins the feature maps into one."),
        ("denoiser", "The network that restores a noisy mask."),
        ("diffusion", "The diffusion process over masks and its sampling."),
        ("debias", "The adjustment that takes the class frequencies out of the prediction."),
        ("pseudoLabels", "How the teacher's predictions become targets."),
        ("views", "The random views that are drawn from an image."),
        ("evaluation", "How networks are measured."),
        ("optimizer", "How gradients change the weights."),
        ("training", "Length, batches, averages and bookkeeping of the run."),
    ]

    /// Every key of the configuration, section by section.
    public static let settings: [Setting] =
        generalSettings + dataSettings + networkSettings + diffusionSettings + viewSettings + evaluationSettings + trainingSettings

    /// The setting of a key, nil where there is none.
    public static func setting(_ key: String) -> Setting? { settingsByKey[key] }

    private static let settingsByKey = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0) })

    private static let generalSettings = [
        Setting("method", \.method, .choice, "How the network learns from labeled and unlabeled images."),
        Setting("seed", \.seed, .integer(in: 0...(.max)), "Seed of weights, batches, views and noise."),
    ]

    private static let dataSettings = [
        Setting(
            "dataset.name", \.dataset.name, .choice,
            "Which data set, in its official layout; builtin makes its images from a seed, folder is your own."),
        Setting(
            "dataset.root", \.dataset.root, .optionalText, "Folder of the data set's files; builtin needs none.",
            isCircumstance: true),
        Setting(
            "dataset.seed", \.dataset.seed, .integer(in: 0...(.max)),
            "Seed of the built-in images and of the choice of labeled ones, apart from the run's seed."),
        Setting(
            "dataset.labeledFraction", \.dataset.labeledFraction, .fraction,
            "Share of the training images with masks whose labels are used, where no list names them."),
        Setting("dataset.labeledList", \.dataset.labeledList, .optionalText, "File that names the labeled training images."),
        Setting(
            "dataset.unlabeledList", \.dataset.unlabeledList, .optionalText,
            "File that names the unlabeled training images; null for all others."),
        Setting(
            "dataset.validationList", \.dataset.validationList, .optionalText,
            "File that names the validation images; null for the data set's own."),
        Setting(
            "dataset.faults", \.dataset.faults, .choice,
            "Whether a training ends at a file that cannot be used, or leaves that image out and reports it."),
        Setting("dataset.side", \.dataset.side, .integer(in: 32...1024), "Height and width of a built-in image, in pixels."),
        Setting("dataset.classes", \.dataset.classes, .integer(in: 5...12), "Number of classes of the built-in images."),
        Setting(
            "dataset.ratio", \.dataset.ratio, .real(in: 1...10_000),
            "About how many times more training pixels the most frequent built-in class has than the rarest."),
        Setting(
            "dataset.trainingImages", \.dataset.trainingImages, .integer(in: 16...1_000_000),
            "Number of built-in training images, labeled or not."),
        Setting(
            "dataset.validationImages", \.dataset.validationImages, .integer(in: 1...100_000),
            "Number of built-in validation images."),
        Setting("dataset.testImages", \.dataset.testImages, .integer(in: 1...100_000), "Number of built-in test images."),
    ]

    private static let networkSettings = [
        Setting("encoder.name", \.encoder.name, .choice, "Which encoder; compact is a small residual network."),
        Setting(
            "encoder.stem", \.encoder.stem, .optional(.choice),
            "First convolutions of a ResNet: classic is one of 7x7, deep is three of 3x3; null for classic."),
        Setting(
            "encoder.outputStride", \.encoder.outputStride, .optional(.choice),
            "Pixels of the image on one coarse feature; null for 8 with compact and 16 with the others."),
        Setting(
            "encoder.weights", \.encoder.weights, .optionalText,
            "File of public weights, .pth or .safetensors, that the encoder starts from; null for random ones.",
            isCircumstance: true),
        Setting(
            "encoder.recomputes", \.encoder.recomputes, .integers(in: 0...7, orNone: true),
            "Stages whose activations are not kept for backward but worked out again: less memory, more time; 0 is the stem."),
        Setting(
            "encoder.channels", \.encoder.channels, .integer(in: 8...512),
            "Channels of the compact encoder's first stage; later stages have multiples of it."),
        Setting(
            "decoder.channels", \.decoder.channels, .integer(in: 8...1024),
            "Channels of the decoder's feature map, and of a code of the class table."),
        Setting(
            "decoder.lowLevelChannels", \.decoder.lowLevelChannels, .integer(in: 1...1024),
            "Channels to which the low-level feature map is reduced before it is joined."),
        Setting(
            "decoder.rates", \.decoder.rates, .integers(in: 1...64), "Dilations of the pyramid's 3x3 convolutions."),
        Setting("denoiser.layers", \.denoiser.layers, .integer(in: 1...32), "Number of attention layers, L."),
        Setting("denoiser.channels", \.denoiser.channels, .integer(in: 8...1024), "Channels of a token, D."),
        Setting("denoiser.heads", \.denoiser.heads, .integer(in: 1...64), "Number of attention heads, a divisor of denoiser.channels."),
        Setting(
            "denoiser.points", \.denoiser.points, .integer(in: 1...64),
            "Points that each head of the deformable attention samples."),
        Setting("denoiser.attention", \.denoiser.attention, .choice, "Kind of attention over the mask's grid."),
        Setting(
            "denoiser.recomputes", \.denoiser.recomputes, .integers(in: 1...32, orNone: true),
            "Layers whose activations are not kept for backward but worked out again: less memory, more time."),
    ]

    private static let diffusionSettings = [
        Setting("diffusion.scale", \.diffusion.scale, .real(in: 1e-4...10), "Bound b of an encoded mask, whose entries lie in [-b, b]."),
        Setting("diffusion.encoding", \.diffusion.encoding, .choice, "How a class becomes a vector."),
        Setting("diffusion.schedule", \.diffusion.schedule, .choice, "How the ratio of signal to noise falls with time."),
        Setting("diffusion.samplingSteps", \.diffusion.samplingSteps, .integer(in: 1...1000), "Number of sampling steps, S."),
        Setting(
            "diffusion.timeDifference", \.diffusion.timeDifference, .integer(in: 0...1000),
            "How many steps further than its own end each sampling step aims; 0 is the plain chain."),
        Setting(
            "diffusion.estimate", \.diffusion.estimate, .choice,
            "How a step estimates the clean mask; draw is for the ancestral sampler."),
        Setting("diffusion.sampler", \.diffusion.sampler, .choice, "How a step moves toward its estimate."),
        Setting("diffusion.trainingTimeRange", \.diffusion.trainingTimeRange, .bounds(in: 0...0.999), "Times that training draws from."),
        Setting("diffusion.draws", \.diffusion.draws, .integer(in: 1...100), "Number of noise draws whose predictions are averaged."),
        Setting("diffusion.output", \.diffusion.output, .choice, "Which sampling steps' probabilities are predicted and taught."),
        Setting(
            "debias.mode", \.debias.mode, .choice, "Where the class frequencies are taken out: in no place, in sampling or in the loss."),
        Setting(
            "debias.strength", \.debias.strength, .real(in: 0...2),
            "Strength tau: 0 leaves the prediction, 1 takes out the whole of the class frequencies."),
        Setting("debias.timeWeight", \.debias.timeWeight, .choice, "Weight of the adjustment over time: one, or the time itself."),
        Setting("debias.appliesTo", \.debias.appliesTo, .choice, "Whose sampling is adjusted in mode sampling."),
        Setting(
            "debias.maximumShift", \.debias.maximumShift, .real(in: 0...100),
            "Largest change of a logit before it is multiplied by the strength, in nats."),
        Setting(
            "pseudoLabels.threshold", \.pseudoLabels.threshold, .real(in: 0...1),
            "Confidence from which a predicted pixel is a target."),
        Setting(
            "pseudoLabels.surestShare", \.pseudoLabels.surestShare, .optional(.real(in: 0...1)),
            "Share of each class' predicted pixels, the surest, that are targets at any confidence; null for 0.5 with diffmatch, 0 with others."
        ),
        Setting(
            "pseudoLabels.rampUp", \.pseudoLabels.rampUp, .real(in: 0...1),
            "Share of the steps over which the unlabeled images' weight grows to its full value; 0 for at once."),
        Setting(
            "pseudoLabels.rampDown", \.pseudoLabels.rampDown, .real(in: 0...1),
            "Share of the steps, the last ones, over which the unlabeled images' weight falls to nothing; 0 for never."),
    ]

    private static let viewSettings = [
        Setting("views.crop", \.views.crop, .integer(in: 16...4096), "Height and width of a training crop, in pixels."),
        Setting("views.scaleRange", \.views.scaleRange, .bounds(in: 0.1...10), "Factors between which an image is scaled."),
        Setting("views.flipProbability", \.views.flipProbability, .real(in: 0...1), "Probability of a horizontal flip."),
        Setting("views.jitterProbability", \.views.jitterProbability, .real(in: 0...1), "Probability that a strong view's colors change."),
        Setting(
            "views.jitter", \.views.jitter, .real(in: 0...1), "Largest relative change of brightness, contrast and saturation."),
        Setting("views.hue", \.views.hue, .real(in: 0...0.5), "Largest shift of the hue, in turns of the color circle."),
        Setting("views.grayscaleProbability", \.views.grayscaleProbability, .real(in: 0...1), "Probability that a strong view is gray."),
        Setting("views.blurProbability", \.views.blurProbability, .real(in: 0...1), "Probability that a strong view is blurred."),
        Setting("views.blurSigma", \.views.blurSigma, .bounds(in: 0.01...100), "Standard deviations of the blur, in pixels."),
        Setting(
            "views.cutMixProbability", \.views.cutMixProbability, .real(in: 0...1),
            "Probability that a box of another image is pasted into a strong view."),
        Setting("views.cutMixArea", \.views.cutMixArea, .bounds(in: 0.001...0.9), "Share of the image that the pasted box covers."),
        Setting(
            "views.featureDropout", \.views.featureDropout, .real(in: 0...0.95),
            "Probability with which each channel is dropped in the feature-dropout view."),
    ]

    private static let evaluationSettings = [
        Setting("evaluation.mode", \.evaluation.mode, .choice, "What of an image the network is shown when it is measured."),
        Setting(
            "evaluation.window", \.evaluation.window, .integer(in: 0...8192),
            "Side of the center crop or of the sliding window, in pixels; 0 for views.crop."),
        Setting(
            "evaluation.scale", \.evaluation.scale, .real(in: 0.05...10),
            "Factor by which an image is resized before it is predicted; the prediction is resized back. Belongs with views.scaleRange."),
        Setting(
            "evaluation.batchSize", \.evaluation.batchSize, .integer(in: 1...1024),
            "Most images that are predicted at a time; the noise of the sampling depends on it."),
    ]

    private static let trainingSettings = [
        Setting("optimizer.name", \.optimizer.name, .choice, "Rule by which gradients change the weights."),
        Setting("optimizer.learningRate", \.optimizer.learningRate, .real(in: 1e-8...10), "Learning rate of the first step."),
        Setting(
            "optimizer.referenceBatch", \.optimizer.referenceBatch, .optional(.integer(in: 1...4096)),
            "Labeled images of a step that the learning rate is meant for: it is scaled with training.batchSize; null for as it is."),
        Setting("optimizer.weightDecay", \.optimizer.weightDecay, .real(in: 0...1), "Weight decay."),
        Setting("optimizer.momentum", \.optimizer.momentum, .real(in: 0...0.9999), "Momentum of sgd."),
        Setting("optimizer.encoderFactor", \.optimizer.encoderFactor, .real(in: 0...1000), "Factor of the encoder's learning rate."),
        Setting("optimizer.denoiserFactor", \.optimizer.denoiserFactor, .real(in: 0...1000), "Factor of the denoiser's learning rate."),
        Setting("optimizer.power", \.optimizer.power, .real(in: 0...10), "Power of the learning rate's polynomial decay."),
        Setting("training.steps", \.training.steps, .integer(in: 1...100_000_000), "Number of optimizer steps."),
        Setting(
            "training.batchSize", \.training.batchSize, .integer(in: 1...4096),
            "Labeled images of a step; methods without unlabeled ones take labeled ones in their place too."),
        Setting(
            "training.unlabeledBatchSize", \.training.unlabeledBatchSize, .optional(.integer(in: 1...4096)),
            "Unlabeled images of a step; null for as many as labeled ones."),
        Setting(
            "training.microBatch", \.training.microBatch, .integer(in: 0...4096),
            "Images that pass the network together, at least 2, each time with batch statistics of their own; 0 for all of a step."),
        Setting(
            "training.auxiliaryWeight", \.training.auxiliaryWeight, .real(in: 0...10),
            "What the loss of a classifier beside the denoiser counts, which sees the features alone; 0 for none."),
        Setting(
            "training.hardExamples", \.training.hardExamples, .integer(in: 0...100_000_000),
            "Labeled pixels of a step that count at least, where only those below a probability of 0.7 do; 0 counts all."),
        Setting(
            "training.evaluateEvery", \.training.evaluateEvery, .integer(in: 0...100_000_000),
            "Steps between two evaluations on the validation part; 0 for none."),
        Setting(
            "training.checkpointEvery", \.training.checkpointEvery, .integer(in: 0...100_000_000),
            "Steps between two checkpoints; 0 for the last one only.", isCircumstance: true),
        Setting(
            "training.keptCheckpoints", \.training.keptCheckpoints, .integer(in: 1...1000), "How many of the newest checkpoints stay.",
            isCircumstance: true),
        Setting(
            "training.averageDecay", \.training.averageDecay, .real(in: 0...0.99999),
            "Decay of the weights' moving average, which teaches and is evaluated."),
        Setting(
            "training.threads", \.training.threads, .integer(in: 0...1024), "Number of compute threads; 0 for one per core.",
            isCircumstance: true),
    ]
}
