import DMAutograd
import DMDatasets
import DMDiffusion
package import DMLayers
public import DMOptimizers
package import DMTensors

/// Takes training steps: an objective, an optimizer and a schedule as one value.
///
/// ```swift
/// let trainer = Trainer(
///     objective: .diffMatch(sampler: SamplerSettings(steps: 3)), optimizer: AdamW(),
///     schedule: PolynomialDecay(initial: 0.003, steps: 1_000), emaDecay: 0.99, seed: 1)
/// var state = trainer.initialState(of: model)
/// let batches = data.prefetched(0..<1_000)
/// while let batch = try batches.next() { print(try trainer.step(&state, batch).losses.total) }
/// let classes = try trainer.predictor(of: state).predict(image).classes
/// ```
///
/// ``TrainingLoop`` adds evaluation and observers to this loop.
public struct Trainer: Sendable {
    /// What is minimized.
    public var objective: any TrainingObjective
    /// The rule by which gradients change the weights, before its first step.
    public var optimizer: any Optimizer
    /// The learning rate of each step.
    public var schedule: any LearningRateSchedule
    /// Parts of the network with a learning-rate factor of their own; all others have the factor 1.
    public var parameterGroups: [ParameterGroup<SegmentationModel>] = []
    /// The decay of the exponential moving average (EMA) of the weights, in 0..<1; less in the first steps.
    public var emaDecay: Float
    /// The number of images that pass the network together, gradients accumulated; 0 for all of a step.
    public var microBatch = 0
    /// Steps during which a network that labels images normalizes with its batch: its running statistics are still far off.
    public var labelingWarmUpSteps = 50
    /// What the random numbers of the steps are drawn from.
    public let seed: UInt64

    /// A trainer of these parts.
    ///
    /// - Parameters:
    ///   - objective: What is minimized.
    ///   - optimizer: The rule by which gradients change the weights.
    ///   - schedule: The learning rate of each step.
    ///   - emaDecay: The decay of the exponential moving average of the weights, in 0..<1.
    ///   - seed: What the random numbers of the steps are drawn from.
    public init(
        objective: some TrainingObjective, optimizer: some Optimizer, schedule: some LearningRateSchedule, emaDecay: Float = 0.99,
        seed: UInt64 = 0
    ) {
        self.objective = objective
        self.optimizer = optimizer
        self.schedule = schedule
        self.emaDecay = emaDecay
        self.seed = seed
    }

    /// The state before the first step.
    public func initialState(of model: SegmentationModel) -> TrainingState { TrainingState(student: model, optimizer: optimizer) }

    /// Takes one step: the objective's terms, their gradient, the optimizer, the moving average, the class prior.
    ///
    /// - Parameters:
    ///   - state: The training; unchanged if an error is thrown.
    ///   - batch: The step's images.
    /// - Returns: What the step did.
    /// - Throws: `TrainingError.notFinite` for a loss or gradient that is no finite number, or what the objective throws.
    public func step(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> StepReport {
        let clock = ContinuousClock()
        let start = clock.now
        let memory = TensorMemory.PeakMeter()
        let outcome = try gradients(
            of: state, batch, random: RandomStream.steps.source(seed: seed).split(UInt64(state.step)))
        try outcome.checkFinite(step: state.step + 1)

        let rate = schedule(state.step)
        let groups = ParameterGroups(of: state.student, parameterGroups)
        state.optimizer.update(&state.student, along: outcome.gradients, learningRate: rate, groups: groups)
        state.student.updateRunningStatistics(from: outcome.statistics)
        state.ema.updateEMA(toward: state.student, decay: emaDecay(at: state.step))
        let labeled = Tensor<Int32>(converting: batch.labeled.masks)
        state.prior.update(labeled: labeled, pseudoLabeled: outcome.pseudoTargets)
        if let predicted = outcome.predicted {
            var confidence = state.progress.confidence ?? ClassConfidence(classCount: state.student.classCount)
            confidence.update(predicted, labeled: labeled)
            state.progress.confidence = confidence
        }
        state.step += 1
        let seconds = (clock.now - start) / .seconds(1)
        state.seconds += seconds
        return StepReport(
            step: state.step, losses: outcome.losses, learningRate: rate, coverage: outcome.coverage, seconds: seconds,
            peakMemory: memory.peak)
    }

    /// The averaged network with the objective's way of sampling, for predictions.
    public func predictor(of state: TrainingState) -> Predictor {
        objective.predictor(of: state.ema, prior: state.prior, use: .prediction)
    }

    /// The decay of the moving average: at first it looks back over a tenth of the steps so far, so that a teacher
    /// does not lag behind a student that still changes fast; the very first step is taken over as it is.
    private func emaDecay(at step: Int) -> Float { min(Float(step) / Float(step + 9), emaDecay) }
}

extension Trainer {
    /// What one step computed.
    package struct Outcome: Sendable {
        package let losses: StepLosses
        package let gradients: ParameterValues
        package let statistics: [BatchStatistics]
        package let pseudoTargets: Tensor<Int32>?
        package let predicted: PseudoLabels?
        package let coverage: Float?

        func checkFinite(step: Int) throws(TrainingError) {
            if let term = losses.firstNotFinite { throw .notFinite(what: term, step: step, lastCheckpoint: nil) }
            for (name, gradient) in gradients where !gradient.sum().isFinite {
                throw .notFinite(what: "gradient of \(name)", step: step, lastCheckpoint: nil)
            }
        }
    }

    /// The objective's terms, and the gradient of their weighted sum.
    ///
    /// - Parameters:
    ///   - state: The training.
    ///   - batch: The step's images.
    ///   - random: The step's own source.
    ///   - mode: How the student's layers behave; `.inference` for a gradient without batch statistics.
    package func gradients(
        of state: TrainingState, _ batch: TrainingBatch, random: RandomSource, mode: ForwardContext.Mode = .training
    ) throws -> Outcome {
        let terms = try objective.terms(
            of: batch,
            in: StepContext(
                step: state.step, student: state.student, ema: state.ema, prior: state.prior, confidence: state.progress.confidence,
                random: random.split(0), labelingMode: state.step < labelingWarmUpSteps ? .batchStatistics : .inference,
                microBatch: microBatch))
        let shift = objective.adjustment.mode == .training ? try objective.adjustment.trainingShift(against: state.prior) : nil
        let loss = PixelLoss(
            diffusion: objective.diffusion, logitShift: state.student.head.generator == nil ? nil : shift,
            auxiliaryLossWeight: objective.auxiliaryLossWeight)

        var gradient = StepGradient(of: state.student, loss: loss, mode: mode, microBatch: microBatch, random: random)
        for pass in terms.passes where !pass.isEmpty { gradient.add(pass) }
        return Outcome(
            losses: gradient.losses, gradients: gradient.gradients, statistics: gradient.statistics,
            pseudoTargets: terms.pseudoTargets, predicted: terms.predicted, coverage: terms.coverage)
    }
}

extension ParameterGroup<SegmentationModel> {
    /// The encoder, whose learning rate is often lower where its weights are public ones.
    public static func encoder(learningRateFactor factor: Float) -> Self {
        Self("encoder", learningRateFactor: factor) { $1.visit(&$0.encoder, "") }
    }

    /// The mask denoiser and the class embedding; networks with a classifier have none.
    public static func denoiser(learningRateFactor factor: Float) -> Self {
        Self("denoiser", learningRateFactor: factor, isOptional: true) { model, visitor in
            guard var head = model.head.generator else { return }
            visitor.visit(&head.denoiser, "")
            visitor.visit(&head.codes, "")
            model.head.generator = head
        }
    }
}

/// Why a training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A loss or a gradient is not a finite number.
    case notFinite(what: String, step: Int, lastCheckpoint: String?)

    /// The error in words.
    public var description: String {
        switch self {
        case .notFinite(let what, let step, let checkpoint):
            "step \(step): the \(what) is not a finite number; "
                + (checkpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet")
        }
    }
}
