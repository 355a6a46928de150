import DMDatasets

/// A whole training: steps, evaluations, and nothing else.
///
/// Progress, records and checkpoints are kept by observers.
public struct Training: Sendable {
    /// All settings.
    public let configuration: Configuration
    /// The images.
    public let data: ExperimentData

    /// A training of these settings on these images.
    public init(configuration: Configuration, data: ExperimentData) {
        self.configuration = configuration
        self.data = data
    }

    /// Trains from a state to the last step.
    ///
    /// - Parameters:
    ///   - start: Where to begin; the state before the first step by default, with the encoder's public weights.
    ///   - observers: Who is told what happens.
    /// - Returns: The state after the last step.
    /// - Throws: `EncoderWeightsError`, `TrainingError`, an observer's error, or what keeps a sample from being read.
    public func run(from start: TrainingState? = nil, observers: inout [any TrainingObserver]) throws -> TrainingState {
        let trainer = Trainer(configuration: configuration)
        var state = try start ?? trainer.pretrainedState(classCount: data.dataset.classNames.count)
        let steps = configuration.training.steps
        func tell(_ event: TrainingEvent) throws {
            for i in observers.indices { try observers[i].observe(event) }
        }

        try tell(.began(state))
        let batches = Prefetcher(of: state.step..<max(state.step, steps), readers: 1, ahead: 3) { [data] in try data.batch(at: $0) }
        while let batch = try batches.next() {
            let report = try trainer.step(&state, batch)
            if isDue(configuration.training.evaluateEvery, at: state.step) {
                let mIoU =
                    try Evaluation(
                        of: trainer.predictor(of: state), on: data, part: .validation, view: configuration.evaluationView,
                        scale: configuration.evaluation.scale, batchSize: configuration.evaluation.batchSize
                    ).prediction.mIoU ?? 0
                if mIoU > state.best?.mIoU ?? -1 { state.best = TrainingState.Best(mIoU: mIoU, step: state.step) }
                try tell(.evaluated(mIoU: mIoU, state))
            }
            try tell(.stepped(report, state))
        }
        try tell(.finished(state))
        return state
    }

    private func isDue(_ interval: Int, at step: Int) -> Bool { interval > 0 && step.isMultiple(of: interval) }
}
