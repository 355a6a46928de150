public import DMDatasets
import DMTensors

/// A whole training: steps, evaluations, and nothing else.
///
/// Progress, records and checkpoints are kept by observers.
///
/// ```swift
/// let loop = TrainingLoop(
///     trainer: trainer, batches: data, steps: 1_000,
///     validation: .init(every: 200) { predictor in
///         try Evaluation(of: predictor, on: dataset.samples(of: .validation)).prediction.mIoU ?? 0
///     })
/// let state = try loop.run(from: trainer.initialState(of: model))
/// ```
public struct TrainingLoop: Sendable {
    /// Takes the steps.
    public var trainer: Trainer
    /// Makes the batch of each step.
    public var batches: any TrainingBatchSource
    /// The number of steps.
    public var steps: Int
    /// How the averaged network is measured now and then; nil for never.
    public var validation: Validation?
    /// Is asked after each step whether the training is to stop there, as at a signal; nil for never.
    public var stops: (@Sendable () -> Bool)?

    /// How, and how often, the averaged network is measured.
    public struct Validation: Sendable {
        /// The steps between two measurements, at least 1.
        public var interval: Int
        /// The mark of a network, its mIoU in 0...1; the highest one is remembered in ``TrainingState/best``.
        public var measure: @Sendable (Predictor) throws -> Double

        /// A measurement every `interval` steps.
        public init(every interval: Int, _ measure: @escaping @Sendable (Predictor) throws -> Double) {
            require(interval >= 1, "a training is evaluated every so many steps, not every \(interval)")
            (self.interval, self.measure) = (interval, measure)
        }
    }

    /// A training of so many steps.
    public init(trainer: Trainer, batches: some TrainingBatchSource, steps: Int, validation: Validation? = nil) {
        (self.trainer, self.batches, self.steps, self.validation) = (trainer, batches, steps, validation)
    }

    /// Trains from a state to the last step.
    ///
    /// - Parameters:
    ///   - state: Where to begin.
    ///   - observers: Who is told what happens.
    /// - Returns: The state after the last step, or after the one at which the training was stopped.
    /// - Throws: `TrainingError.notFinite`, an observer's error, or what keeps a batch from being made.
    public func run(from state: TrainingState, observers: inout [any TrainingObserver]) throws -> TrainingState {
        var state = state
        func tell(_ event: TrainingEvent) throws {
            for i in observers.indices { try observers[i].observe(event) }
        }

        try tell(.began(state))
        let batches = batches.prefetched(state.step..<max(state.step, steps))
        while let batch = try batches.next() {
            let report = try trainer.step(&state, batch)
            if let validation, state.step.isMultiple(of: validation.interval) {
                let mIoU = try validation.measure(trainer.predictor(of: state))
                if mIoU > state.best?.mIoU ?? -1 { state.best = TrainingState.Best(mIoU: mIoU, step: state.step) }
                try tell(.evaluated(mIoU: mIoU, state))
            }
            try tell(.stepped(report, state))
            if state.step < steps, let stops, stops() {
                try tell(.stopped(state))
                return state
            }
        }
        try tell(.finished(state))
        return state
    }

    /// Trains from a state to the last step, watched by nobody.
    ///
    /// - Throws: `TrainingError.notFinite`, or what keeps a batch from being made.
    public func run(from state: TrainingState) throws -> TrainingState {
        var nobody: [any TrainingObserver] = []
        return try run(from: state, observers: &nobody)
    }
}

/// Makes the batches of a training, each a function of its step alone.
public protocol TrainingBatchSource: Sendable {
    /// The batch of a step.
    ///
    /// - Parameter step: The step, counted from 0; called from a background thread.
    /// - Throws: What keeps a sample from being read.
    func batch(at step: Int) throws -> TrainingBatch
}

extension TrainingBatchSource {
    /// The batches of some steps in order, prefetched on a background thread.
    ///
    /// - Parameters:
    ///   - steps: The steps, counted from 0; a training that resumes begins where it stopped.
    ///   - ahead: The largest number of batches that are made or waiting.
    public func prefetched(_ steps: Range<Int>, ahead: Int = 3) -> Prefetcher<TrainingBatch> {
        Prefetcher(of: steps, readers: 1, ahead: ahead) { try batch(at: $0) }
    }
}

/// What happens in a training, for those who watch it.
public enum TrainingEvent: Sendable {
    /// The training starts, or goes on, from a state.
    case began(TrainingState)
    /// A step was taken.
    case stepped(StepReport, TrainingState)
    /// The averaged network was measured on the validation part.
    case evaluated(mIoU: Double, TrainingState)
    /// The training was stopped before its last step, which ``TrainingLoop/stops`` asked for.
    case stopped(TrainingState)
    /// All steps are taken.
    case finished(TrainingState)
}

/// Watches a training and changes nothing in it.
public protocol TrainingObserver {
    /// Is told each event in turn.
    ///
    /// - Throws: What ends the training, such as a file that cannot be written.
    mutating func observe(_ event: TrainingEvent) throws
}
