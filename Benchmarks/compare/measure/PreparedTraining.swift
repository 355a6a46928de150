import DMExperiments
import DMLayers
import DiffMatch

/// A training half way through, and one batch for its steps.
struct PreparedTraining {
    private let trainer: Trainer
    private let batch: TrainingBatch
    private var state: TrainingState

    /// A training with weights as they were drawn.
    ///
    /// The step is set half way, where the first steps' exceptions are over: the teacher normalizes
    /// with running statistics, and unlabeled images count in full.
    ///
    /// - Throws: `ConfigurationError` for settings that are wrong.
    init(_ workload: Workload) throws {
        let configuration = try workload.configuration()
        trainer = configuration.makeTrainer()
        batch = workload.batch(for: configuration.method)
        state = trainer.initialState(of: configuration.makeModel(classCount: workload.classes))
        state.step = configuration.training.steps / 2
    }

    /// Numbers that are learned.
    var parameterCount: Int { state.student.parameterCount }

    /// Takes the next step, always with the same batch.
    ///
    /// - Throws: `TrainingError.notFinite`.
    mutating func step() throws { consume(try trainer.step(&state, batch)) }
}
