import DMDiffusion
import DMLayers
import DMTensors

/// Shows the progress on the standard output.
struct ProgressObserver: TrainingObserver {
    private var bar: ProgressBar
    private let stepCount: Int
    private let weights: String?
    private var mIoU: Double?

    init(_ configuration: Configuration) {
        bar = ProgressBar(title: configuration.method.rawValue)
        stepCount = configuration.training.steps
        weights = configuration.encoder.weights
    }

    mutating func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let state):
            let labels = "\(state.student.parameterCount) parameters"
            let beginning = weights.map { "\(labels), the encoder's from \($0)" } ?? labels
            bar.note(state.step == 0 ? beginning : "\(labels), going on from step \(state.step)")
        case .stepped(let report, _): bar.show(progress(report))
        case .evaluated(let mIoU, _): self.mIoU = mIoU
        case .finished: bar.finish()
        }
    }

    private func progress(_ report: StepReport) -> TrainingProgress {
        var losses = [TrainingProgress.Loss(name: "labelled", value: Double(report.losses.labelled))]
        losses += report.losses.strong.enumerated().map { .init(name: "strong\($0 + 1)", value: Double($1)) }
        if let dropout = report.losses.featureDropout { losses.append(.init(name: "dropout", value: Double(dropout))) }
        return TrainingProgress(
            step: report.step, stepCount: stepCount, losses: losses, learningRate: Double(report.learningRate), mIoU: mIoU)
    }
}

/// Writes a record of every step and evaluation.
struct RecordObserver: TrainingObserver {
    let writer: RecordWriter

    mutating func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let state): try writer.keep(upToStep: state.step)
        case .stepped(let report, _): try writer.append(report)
        case .evaluated(let mIoU, let state):
            try writer.append(EvaluationRecord(step: state.step, mIoU: mIoU, prior: state.prior.probabilities))
        case .finished: break
        }
    }
}

/// One evaluation, as a line of the records.
struct EvaluationRecord: Codable {
    var step: Int
    /// On the validation part.
    var mIoU: Double
    /// The class distribution of the targets so far.
    var prior: [Double]
}

/// Saves checkpoints.
struct CheckpointObserver: TrainingObserver {
    let folder: CheckpointFolder<CheckpointState>
    let configuration: Configuration
    let classes: ClassTable

    mutating func observe(_ event: TrainingEvent) throws {
        let interval = configuration.training.checkpointEvery
        switch event {
        case .began(let state) where state.step == 0: try folder.removeAll()
        case .stepped(let report, let state) where interval > 0 && report.step.isMultiple(of: interval): try save(state)
        case .finished(let state): try save(state)
        default: break
        }
    }

    private func save(_ state: TrainingState) throws {
        try folder.save(state.checkpoint(configuration, classes: classes), keeping: configuration.training.keptCheckpoints)
    }
}

/// Keeps the weights of the best evaluation on the validation part so far.
struct BestObserver: TrainingObserver {
    let folder: CheckpointFolder<CheckpointState>
    let configuration: Configuration
    let classes: ClassTable

    mutating func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let state) where state.step == 0: try folder.removeAll()
        case .evaluated(_, let state) where state.best?.step == state.step:
            try folder.save(state.checkpoint(configuration, classes: classes), keeping: 1)
        default: break
        }
    }
}
