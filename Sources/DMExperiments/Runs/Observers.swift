import DMDiffusion
import DMLayers
import DMTensors
import DiffMatch
import Foundation

/// Shows the progress on standard output.
struct ProgressObserver: TrainingObserver {
    private let outline: RunOutline
    private var bar: ProgressBar
    private var estimate: RunEstimate
    private var peakMemory = 0
    private var mIoU: Double?

    init(_ outline: RunOutline) {
        self.outline = outline
        bar = ProgressBar(title: outline.configuration.method.rawValue)
        estimate = RunEstimate(stepCount: outline.configuration.training.steps)
    }

    mutating func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let state):
            let labels = "\(state.student.parameterCount) parameters"
            let beginning = outline.configuration.encoder.weights.map { "\(labels), the encoder's from \($0)" } ?? labels
            bar.note(state.step == 0 ? beginning : "\(labels), going on from step \(state.step)")
            outline.lines.forEach { bar.note($0) }
        case .stepped(let report, let state):
            peakMemory = max(peakMemory, report.peakMemory)
            if let (total, perStep) = estimate.add(step: report.step, stepSeconds: report.seconds, runSeconds: state.seconds) {
                bar.note("about \(total.inWords) in all without evaluations: \(Self.rounded(perStep)) s a step, \(tensorMemory)")
            }
            bar.show(progress(report))
        case .evaluated(let mIoU, _): self.mIoU = mIoU
        case .finished(let state):
            bar.finish()
            if peakMemory > 0 { bar.note("\(state.seconds.inWords) for \(state.step) steps, \(tensorMemory)") }
        }
    }

    private var tensorMemory: String { "tensors up to \(Double(peakMemory).bytesInWords)" }

    private static func rounded(_ seconds: Double) -> String { String(format: seconds < 10 ? "%.2f" : "%.1f", seconds) }

    private func progress(_ report: StepReport) -> TrainingProgress {
        var losses = [TrainingProgress.Loss(name: "labeled", value: Double(report.losses.labeled))]
        losses += report.losses.strong.enumerated().map { .init(name: "strong\($0 + 1)", value: Double($1)) }
        if let dropout = report.losses.featureDropout { losses.append(.init(name: "dropout", value: Double(dropout))) }
        return TrainingProgress(
            step: report.step, stepCount: estimate.stepCount, losses: losses, learningRate: Double(report.learningRate), mIoU: mIoU)
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
