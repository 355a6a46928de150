import DMDatasets
import DMExperiments
import DiffMatch

/// A training of the demonstration's configuration, half way through, and one batch for its steps.
///
/// A reference, because a benchmark's closure is handed what was set up as a constant.
final class PreparedTraining {
    private let trainer: Trainer
    private let batch: TrainingBatch
    private var state: TrainingState

    /// A training with weights as they were drawn.
    ///
    /// The step is set half way, where the first steps' exceptions are over: the teacher normalizes
    /// with running statistics, and unlabeled images count in full.
    ///
    /// - Throws: What keeps an image from being made.
    init(_ method: TrainingMethod) throws {
        var configuration = Configuration()
        configuration.method = method
        trainer = configuration.makeTrainer()
        let data = try ExperimentData(configuration)
        batch = try data.batch(at: 0)
        state = configuration.initialState(classCount: data.dataset.classNames.count)
        state.step = configuration.training.steps / 2
    }

    /// Takes the next step, always with the same batch.
    ///
    /// - Throws: `TrainingError.notFinite`.
    func step() throws { _ = try trainer.step(&state, batch) }
}
