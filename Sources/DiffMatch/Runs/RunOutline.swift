import DMDatasets

/// What a run is about to do, for the lines at its start.
package struct RunOutline: Sendable {
    /// All settings.
    package let configuration: Configuration
    /// The number of labelled training images.
    package let labelled: Int
    /// The number of unlabelled training images that take part.
    package let unlabelled: Int

    /// An outline of a run on that many images.
    package init(_ configuration: Configuration, labelled: Int, unlabelled: Int) {
        self.configuration = configuration
        self.labelled = labelled
        self.unlabelled = configuration.method.usesUnlabelled ? unlabelled : 0
    }

    init(_ configuration: Configuration, _ data: ExperimentData) {
        self.init(configuration, labelled: data.partition.labelled.count, unlabelled: data.partition.unlabelled.count)
    }

    /// Length, batches, learning rate and what saves memory, a line each.
    package var lines: [String] { [length, learningRate] + (microBatches.map { [$0] } ?? []) + (recomputation.map { [$0] } ?? []) }

    private var length: String {
        let steps = configuration.training.steps
        let each = configuration.imagesPerStep(usesUnlabelled: unlabelled > 0)
        func epochs(_ perStep: Int, over images: Int) -> Double { (Double(steps * perStep) / Double(max(1, images)) * 10).rounded() / 10 }
        guard unlabelled > 0 else {
            return "\(steps) steps, \(each.labelled) labelled images each: "
                + "\(epochs(each.labelled, over: labelled)) epochs over \(labelled) of them"
        }
        return "\(steps) steps, \(each.labelled) labelled and \(each.unlabelled) unlabelled images each: "
            + "\(epochs(each.unlabelled, over: unlabelled)) epochs over \(unlabelled) unlabelled ones"
    }

    private var learningRate: String {
        let optimizer = configuration.optimizer
        let used = "learning rate \(configuration.initialLearningRateText)"
        guard let reference = optimizer.referenceBatch, reference != configuration.training.batchSize else { return used }
        return used + ", scaled to a batch of \(configuration.training.batchSize) from \(optimizer.learningRate) for \(reference)"
    }

    private var microBatches: String? {
        let size = configuration.training.microBatch
        guard size > 0 else { return nil }
        return "\(size) images pass the network together, gradients summed; batch statistics are those of \(size) images, not of the batch"
    }

    private var recomputation: String? {
        let stages = Set(configuration.encoder.recomputes).sorted().map { $0 == 0 ? "the stem" : "stage \($0)" }
        let layers = configuration.method.isGenerative ? Set(configuration.denoiser.recomputes).sorted().map { "denoiser layer \($0)" } : []
        let parts = stages + layers
        return parts.isEmpty ? nil : "worked out again in backward: \(parts.joined(separator: ", "))"
    }
}

extension Configuration {
    /// The learning rate of the first step without the digits that rounding leaves behind.
    var initialLearningRateText: String { "\(Float(initialLearningRate))" }
}
