import DMDiffusion
import DMFormats
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
        case .stopped: bar.finish()
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

/// Keeps the files of a run while it goes on: records, checkpoints, and the weights that were best.
struct FileObserver: TrainingObserver {
    let folder: RunFolder
    let configuration: Configuration
    let classes: ClassTable
    let data: DatasetIdentity
    /// Is told what does not end the training.
    let warn: @Sendable (String) -> Void

    private var pending: [any Encodable & Sendable] = []
    private var hasWarned = false
    private var savedStep: Int?

    init(
        folder: RunFolder, configuration: Configuration, classes: ClassTable, data: DatasetIdentity,
        warn: @escaping @Sendable (String) -> Void
    ) {
        (self.folder, self.configuration, self.classes, self.data, self.warn) = (folder, configuration, classes, data, warn)
    }

    mutating func observe(_ event: TrainingEvent) throws {
        let interval = configuration.training.checkpointEvery
        switch event {
        case .began(let state):
            if let lost = try folder.records.keep(upToStep: state.step).warning { warn("'\(folder.records.path)': \(lost)") }
        case .stepped(let report, let state):
            record(report)
            if interval > 0 && report.step.isMultiple(of: interval) { try save(state) }
        case .evaluated(let mIoU, let state):
            record(EvaluationRecord(step: state.step, mIoU: mIoU, prior: state.prior.probabilities))
            if state.best?.step == state.step { try folder.best.save(checkpoint(of: state), keeping: 1) }
        case .stopped(let state), .finished(let state):
            writePending()
            if savedStep != state.step { try save(state) }
        }
    }

    private mutating func record(_ record: some Encodable & Sendable) {
        pending.append(record)
        writePending()
    }

    /// Writes the records that wait. A log on a full disk is no reason to end a training.
    private mutating func writePending() {
        do {
            while let first = pending.first {
                try folder.records.append(first)
                pending.removeFirst()
            }
        } catch {
            if !hasWarned { warn("\(error); records wait in memory until they can be written") }
            hasWarned = true
        }
    }

    /// Saves a checkpoint behind the records of its steps.
    private mutating func save(_ state: TrainingState) throws {
        let checkpoint = try checkpoint(of: state)
        // A folder that was removed or moved is not made anew: the run's other files would not be in it.
        guard FileKind(ofPath: folder.configurationFile) != nil else {
            throw FileError(operation: "write", path: folder.path, reason: "the run's config.yaml is no longer there")
        }
        writePending()
        do { try folder.records.synchronize() } catch { warn("\(error)") }
        try folder.checkpoints.save(checkpoint, keeping: configuration.training.keptCheckpoints)
        savedStep = state.step
    }

    /// The checkpoint of a state from which a training can go on.
    private func checkpoint(of state: TrainingState) throws -> Checkpoint<CheckpointState> {
        let checkpoint = state.checkpoint(configuration, classes: classes, data: data)
        for (name, values) in checkpoint.arrays where !values.isFinite {
            throw TrainingError.notFinite(what: "value of \(name)", step: state.step, lastCheckpoint: nil)
        }
        return checkpoint
    }
}

/// One evaluation, as a line of the records.
struct EvaluationRecord: Codable, Sendable {
    var step: Int
    /// On the validation part.
    var mIoU: Double
    /// The class distribution of the targets so far.
    var prior: [Double]
}
