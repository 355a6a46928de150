import DMDatasets

/// A summary of a run, printed at its start.
package struct RunOutline: Sendable {
    /// All settings.
    package let configuration: Configuration
    /// The number of labeled training images.
    package let labeled: Int
    /// The number of unlabeled training images that take part.
    package let unlabeled: Int
    private let notes: [String]

    /// An outline of a run on that many images.
    package init(_ configuration: Configuration, labeled: Int, unlabeled: Int, notes: [String] = []) {
        self.configuration = configuration
        self.notes = notes
        self.labeled = labeled
        self.unlabeled = configuration.method.usesUnlabeled ? unlabeled : 0
    }

    init(_ configuration: Configuration, _ data: ExperimentData) {
        self.init(
            configuration, labeled: data.partition.labeled.count, unlabeled: data.partition.unlabeled.count, notes: data.notes)
    }

    /// What is worth knowing of the data, length and batches, learning rate, and options that save memory, a line each.
    package var lines: [String] {
        notes.map { "note: \($0)" } + [length, learningRate, microBatches, activationCheckpointing].compactMap { $0 }
    }

    private var length: String {
        let steps = configuration.training.steps
        let each = configuration.imagesPerStep(usesUnlabeled: unlabeled > 0)
        func epochs(_ perStep: Int, over images: Int) -> Double { (Double(steps * perStep) / Double(max(1, images)) * 10).rounded() / 10 }
        guard unlabeled > 0 else {
            return "\(steps) steps, \(each.labeled) labeled images each: "
                + "\(epochs(each.labeled, over: labeled)) epochs over \(labeled) of them"
        }
        return "\(steps) steps, \(each.labeled) labeled and \(each.unlabeled) unlabeled images each: "
            + "\(epochs(each.unlabeled, over: unlabeled)) epochs over \(unlabeled) unlabeled ones"
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
        return "gradient accumulation: micro-batches of \(size) images, each with batch statistics of its own"
    }

    private var activationCheckpointing: String? {
        let stages = Set(configuration.encoder.activationCheckpointing).sorted().map { $0 == 0 ? "the stem" : "stage \($0)" }
        let layers =
            configuration.method.isGenerative
            ? Set(configuration.denoiser.activationCheckpointing).sorted().map { "denoiser layer \($0)" } : []
        let parts = stages + layers
        return parts.isEmpty ? nil : "activation checkpointing: \(parts.joined(separator: ", "))"
    }
}

/// An estimate of a run's total time, from its first steps.
package struct RunEstimate: Sendable {
    /// The number of steps of the whole run.
    package let stepCount: Int
    private var before: Double?
    private var steps = 0
    private var seconds = 0.0
    private var isMade = false

    /// The steps that an estimate needs at most, and the seconds that do as well.
    private static let (enoughSteps, enoughSeconds) = (20, 5.0)

    /// No estimate yet.
    package init(stepCount: Int) { self.stepCount = stepCount }

    /// Takes a step into account.
    ///
    /// The first one is left out of the mean: it waits for fresh memory.
    ///
    /// - Parameters:
    ///   - step: The number of steps taken, this one included.
    ///   - stepSeconds: The time that it took.
    ///   - runSeconds: The time that all steps so far took, those before a resumption included.
    /// - Returns: The estimate, once, when enough steps were seen.
    package mutating func add(step: Int, stepSeconds: Double, runSeconds: Double) -> (total: Double, perStep: Double)? {
        guard before != nil else {
            before = runSeconds
            return nil
        }
        steps += 1
        seconds += stepSeconds
        guard !isMade, steps >= Self.enoughSteps || seconds >= Self.enoughSeconds else { return nil }
        isMade = true
        let perStep = seconds / Double(steps)
        return (runSeconds + perStep * Double(stepCount - step), perStep)
    }
}
