import DMDatasets
import DMDiffusion
import DMLayers
import DMOptimizers
import DMTensors

/// Takes training steps. The loop around it is a few lines; see ``Training``.
///
/// ```swift
/// let trainer = Trainer(configuration: configuration)
/// var state = try trainer.pretrainedState(classCount: 10)
/// for step in 0..<configuration.training.steps {
///     let report = try trainer.step(&state, batches.batch(at: step))
/// }
/// ```
public struct Trainer: Sendable {
    /// All settings.
    public let configuration: Configuration
    private let schedule: PolynomialDecay
    private let random: RandomSource

    /// Steps during which the teacher normalizes with its batch: its running statistics are still far off.
    private static let unsettledSteps = 50

    /// A trainer of these settings.
    public init(configuration: Configuration) {
        self.configuration = configuration
        schedule = PolynomialDecay(
            initial: Float(configuration.initialLearningRate), steps: configuration.training.steps,
            power: Float(configuration.optimizer.power))
        random = RandomSource(seed: configuration.seed)
    }

    /// The state before the first step, with weights drawn from the seed.
    public func initialState(classCount: Int) -> TrainingState {
        var weights = random.split(Purpose.weights.rawValue)
        let student = SegmentationModel(configuration, classCount: classCount, random: &weights)
        return TrainingState(student: student, optimizer: configuration.makeOptimizer())
    }

    /// The state before the first step, the encoder with the weights of the configured file if there is one.
    ///
    /// - Throws: `EncoderWeightsError` where the file cannot be read or does not hold the whole encoder.
    public func pretrainedState(classCount: Int) throws(EncoderWeightsError) -> TrainingState {
        var state = initialState(classCount: classCount)
        guard let path = configuration.encoder.weights else { return state }
        let report = state.student.encoder.importWeights(try EncoderWeights.read(path: path))
        guard report.isComplete else {
            throw .incomplete(path: path, encoder: configuration.encoder.name.rawValue, report)
        }
        state.average = state.student
        return state
    }

    /// Takes one step: Algorithm 1, the optimizer, the moving average, the prior.
    ///
    /// - Parameters:
    ///   - state: The training; unchanged if an error is thrown.
    ///   - batch: The step's views.
    /// - Throws: `TrainingError.notFinite`, or `DebiasedAdjustmentError` for settings that do not fit.
    public func step(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> StepReport {
        let clock = ContinuousClock()
        let start = clock.now
        TensorMemory.resetHighWaterMark()
        let outcome = try algorithm(at: state)(
            student: state.student, teacher: teacher(of: state),
            teacherMode: state.step < Self.unsettledSteps ? .batchStatistics : .inference, batch: batch,
            random: random.split(Purpose.steps.rawValue).split(UInt64(state.step)))
        try checkFinite(outcome, step: state.step)

        state.optimizer.update(&state.student, along: outcome.gradients) { learningRate(of: $0, at: state.step) }
        state.student.updateRunningStatistics(from: outcome.statistics)
        state.average.average(toward: state.student, decay: averageDecay(at: state.step))
        state.prior.update(labeled: Tensor(converting: batch.labeled.masks), pseudoLabeled: outcome.pseudoTargets)
        state.step += 1
        let seconds = (clock.now - start) / .seconds(1)
        state.seconds += seconds
        return StepReport(
            step: state.step, losses: outcome.losses, learningRate: schedule(state.step - 1), coverage: outcome.coverage,
            seconds: seconds, peakMemory: TensorMemory.highWaterMark)
    }

    /// The network that predicts at this moment, sampled and adjusted as configured.
    public func predictor(of state: TrainingState) -> Predictor {
        configuration.predictor(of: state.average, prior: state.prior, use: .prediction)
    }

    /// Line 2's labeler: the moving average for DiffMatch; the student itself for the baselines, as their authors do.
    package func teacher(of state: TrainingState) -> Predictor {
        configuration.predictor(
            of: configuration.method == .diffmatch ? state.average : state.student, prior: state.prior, use: .teacher)
    }

    /// Lines 1 to 5 as they are at this moment: the shift against the prior, the unlabeled losses' weight.
    package func algorithm(at state: TrainingState) throws -> Algorithm1 {
        let adjustment = configuration.adjustment
        let shift = adjustment.mode == .training ? try adjustment.trainingShift(against: state.prior) : nil
        return Algorithm1(
            method: configuration.method,
            headLoss: HeadLoss(
                schedule: configuration.diffusion.schedule, timeRange: configuration.diffusion.trainingTimeRange,
                shift: configuration.method.isGenerative ? shift : nil),
            rule: configuration.pseudoLabelRule, featureDropout: Float(configuration.views.featureDropout),
            auxiliaryWeight: Float(configuration.training.auxiliaryWeight),
            hardPixels: configuration.training.hardExamples > 0
                ? OnlineHardExampleMining(minimumCount: configuration.training.hardExamples) : nil,
            unlabeledFactor: Float(configuration.unlabeledFactor(at: state.step)),
            microBatch: configuration.training.microBatch)
    }

    /// The decay of the moving average: at first it looks back over a tenth of the steps so far, so that a teacher
    /// does not lag behind a student that still changes fast; the very first step is taken over as it is.
    private func averageDecay(at step: Int) -> Float {
        min(Float(step) / Float(step + 9), Float(configuration.training.averageDecay))
    }

    private func learningRate(of name: String, at step: Int) -> Float {
        let optimizer = configuration.optimizer
        let factor =
            if name.hasPrefix("backbone.") {
                optimizer.encoderFactor
            } else if name.hasPrefix("head.generator.") && !name.hasPrefix("head.generator.auxiliary.") {
                optimizer.denoiserFactor
            } else {
                1.0
            }
        return schedule(step) * Float(factor)
    }

    private func checkFinite(_ outcome: Algorithm1.Outcome, step: Int) throws(TrainingError) {
        if let term = outcome.losses.firstNotFinite {
            throw .notFinite(what: term, step: step + 1, lastCheckpoint: nil)
        }
        for (name, gradient) in zip(outcome.gradients.names, outcome.gradients.values) where !gradient.sum().isFinite {
            throw .notFinite(what: "gradient of \(name)", step: step + 1, lastCheckpoint: nil)
        }
    }
}

/// What random numbers are drawn for; each purpose has a stream of its own.
enum Purpose: UInt64 {
    case weights = 1
    case steps = 2
    case batches = 3
    case evaluation = 4
}
