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
    public var schedule: PolynomialDecay
    /// What the learning rate of a parameter is multiplied by, given its dotted name.
    public var learningRateFactor: @Sendable (String) -> Float = { _ in 1 }
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
        objective: some TrainingObjective, optimizer: some Optimizer, schedule: PolynomialDecay, emaDecay: Float = 0.99, seed: UInt64 = 0
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
        TensorMemory.resetHighWaterMark()
        let outcome = try gradients(
            of: state, batch, random: RandomStream.steps.source(seed: seed).split(UInt64(state.step)))
        try outcome.checkFinite(step: state.step + 1)

        let rate = schedule(state.step)
        state.optimizer.update(&state.student, along: outcome.gradients) { rate * learningRateFactor($0) }
        state.student.updateRunningStatistics(from: outcome.statistics)
        state.ema.updateEMA(toward: state.student, decay: emaDecay(at: state.step))
        state.prior.update(labeled: Tensor(converting: batch.labeled.masks), pseudoLabeled: outcome.pseudoTargets)
        state.step += 1
        let seconds = (clock.now - start) / .seconds(1)
        state.seconds += seconds
        return StepReport(
            step: state.step, losses: outcome.losses, learningRate: rate, coverage: outcome.coverage, seconds: seconds,
            peakMemory: TensorMemory.peakMemory)
    }

    /// The averaged network with the objective's way of sampling, for predictions.
    public func predictor(of state: TrainingState) -> Predictor {
        objective.predictor(of: state.ema, prior: state.prior, use: .prediction)
    }

    /// The decay of the moving average: at first it looks back over a tenth of the steps so far, so that a teacher
    /// does not lag behind a student that still changes fast; the very first step is taken over as it is.
    private func emaDecay(at step: Int) -> Float { min(Float(step) / Float(step + 9), emaDecay) }
}

/// The gradient of a step.
extension Trainer {
    /// What one step computed.
    package struct Outcome: Sendable {
        package var losses = StepLosses()
        package var gradients = ParameterValues()
        package var statistics: [BatchStatistics] = []
        package var pseudoTargets: Tensor<Int32>?
        package var coverage: Float?

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
                step: state.step, student: state.student, ema: state.ema, prior: state.prior, random: random.split(0),
                labelingMode: state.step < labelingWarmUpSteps ? .batchStatistics : .inference, microBatch: microBatch))
        let shift = objective.adjustment.mode == .training ? try objective.adjustment.trainingShift(against: state.prior) : nil
        let loss = PixelLoss(
            diffusion: objective.diffusion, logitShift: state.student.head.generator == nil ? nil : shift,
            auxiliaryLossWeight: objective.auxiliaryLossWeight)

        var outcome = Outcome(pseudoTargets: terms.pseudoTargets, coverage: terms.coverage)
        var sum = GradientAccumulator(of: state.student)
        var noise = random.split(2)
        for (number, pass) in terms.passes.enumerated() where !pass.isEmpty {
            let context = random.split(1).split(UInt64(number))
            learn(from: pass, state.student, loss, mode: mode, dropout: random.split(1), context: context, &noise, &sum, &outcome)
        }
        outcome.gradients = sum.gradients
        return outcome
    }

    /// Forward and backward of the terms of one pass; each stays a mean over all its valid pixels, whatever the micro-batches are.
    private func learn(
        from terms: [LossTerm], _ student: SegmentationModel, _ loss: PixelLoss, mode: ForwardContext.Mode, dropout source: RandomSource,
        context: RandomSource, _ noise: inout RandomSource, _ sum: inout GradientAccumulator<SegmentationModel>, _ outcome: inout Outcome
    ) {
        let pass = JoinedTerms(terms)
        var draws = DiffusionDraws(images: pass.count, times: loss.diffusion.trainingTimes, random: noise)
        var source = source
        let dropout = pass.featureDropout(channels: student.encoder.channels, random: &source)
        let accumulation = GradientAccumulation(microBatch: microBatch, imageWeights: pass.imageWeights, mining: pass.mining)
        let learned = accumulation(of: student, targets: pass.targets, loss: loss, into: &sum) { student, images in
            var context = ForwardContext(mode: mode, random: context.split(UInt64(images.lowerBound)))
            let features = student.features(
                of: pass.images.images(images), dropout: pass.drops(in: images) ? dropout?.images(images) : nil, &context)
            let losses = loss(student, features: features, targets: pass.targets.images(images), draws: &draws, images: images)
            return (losses, context.statistics)
        }
        noise = draws.random
        for value in learned.values { outcome.losses.total += value }
        outcome.statistics += learned.statistics
        for (term, range) in zip(terms, pass.ranges) {
            let mean = learned.perImage[range].reduce(0, +) / Float(max(1, term.pixelCount))
            outcome.losses.append(term.name, mean)
        }
    }
}

/// The terms of one forward pass, side by side.
private struct JoinedTerms {
    private let terms: [LossTerm]
    /// The images of each term.
    let ranges: [Range<Int>]
    /// `[n, h, w, 3]`.
    let images: Tensor<Float>
    /// `[n, h, w]`.
    let targets: Tensor<Int32>
    /// What the summed pixel losses of each image count in the total, `[n]`.
    let imageWeights: Tensor<Float>

    init(_ terms: [LossTerm]) {
        self.terms = terms
        var start = 0
        ranges = terms.map { term in
            defer { start += term.images.shape[0] }
            return start..<start + term.images.shape[0]
        }
        images = terms.count == 1 ? terms[0].images : concatenated(terms.map(\.images), along: 0)
        targets = terms.count == 1 ? terms[0].targets : concatenated(terms.map(\.targets), along: 0)
        imageWeights = concatenated(
            terms.map { Tensor(repeating: $0.weight / Float(max(1, $0.pixelCount)), shape: [$0.images.shape[0]]) }, along: 0)
    }

    /// The number of images.
    var count: Int { images.shape[0] }

    /// The images of which only hard pixels count.
    var mining: [GradientAccumulation.MinedImages] {
        zip(terms, ranges).compactMap { term, range in term.mining.map { .init(images: range, rule: $0) } }
    }

    /// The dropout of feature channels, nil where no term has any.
    func featureDropout(channels: (lowLevel: Int, highLevel: Int), random: inout RandomSource) -> FeatureDropout? {
        guard drops(in: 0..<count) else { return nil }
        return FeatureDropout(
            groups: zip(terms, ranges).map { (images: $1.count, rate: $0.featureDropout) }, channels: channels, random: &random)
    }

    /// Whether channels of any of these images' features are dropped.
    func drops(in images: Range<Int>) -> Bool {
        zip(terms, ranges).contains { $0.featureDropout > 0 && $1.overlaps(images) }
    }
}
