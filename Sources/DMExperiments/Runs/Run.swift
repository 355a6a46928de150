import DMDatasets
import DMDiffusion
import DMFormats
import DMLayers
import DMTensors
import DiffMatch
import Foundation

/// A training that keeps its files in a folder.
///
/// | file | content |
/// |---|---|
/// | `config.yaml` | all settings, as resolved |
/// | `records.jsonl` | one line for each step and each evaluation |
/// | `metrics.json` | the test part (or else the validation part), measured with the last averaged weights |
/// | `metrics-best.json` | the same, with the weights that were best on the validation part |
/// | `checkpoint-*` | the last checkpoints |
/// | `best/checkpoint-*` | the weights that were best on the validation part |
public struct Run: Sendable {
    /// All settings.
    public let configuration: Configuration
    /// The folder.
    public let folder: String

    /// Warnings for the user, such as damaged checkpoints that were skipped.
    public let warnings: [String]

    private let start: TrainingState?

    /// A run that starts from the first step.
    public init(configuration: Configuration, folder: String) {
        self.configuration = configuration
        self.folder = folder
        start = nil
        warnings = []
    }

    /// The run of a folder, to resume from its newest valid checkpoint.
    ///
    /// - Parameters:
    ///   - folder: The folder of a run.
    ///   - configuration: The settings that the caller expects; nil for those of the checkpoint.
    ///   - assignments: Changes to these, as `key=value`.
    /// - Throws: `CheckpointError` where there is no valid checkpoint, `ConfigurationError` for changes that are refused,
    ///   `ExperimentError.settingDiffers` where a setting that affects the result differs from the checkpoint's. Other
    ///   settings, such as the folder of the data set, may change.
    public init(resuming folder: String, configuration: Configuration? = nil, assignments: [String] = []) throws {
        let found = try CheckpointFolder<CheckpointState>.find(at: folder)
        let saved = found.checkpoint.state.configuration
        var wanted = configuration ?? saved
        try wanted.set(assignments)
        try wanted.validate()
        if let setting = wanted.settings(differingFrom: saved).first {
            throw ExperimentError.settingDiffers(key: setting.key, saved: setting.value(saved), given: setting.value(wanted))
        }
        self.configuration = wanted
        self.folder = folder
        start = try TrainingState(found.checkpoint)
        let computed = found.checkpoint.state.compute
        let differs = computed.flatMap { saved in
            saved == .current
                ? nil : "the checkpoint was computed with \(saved), and this goes on with \(ComputeSettings.current): bits may differ"
        }
        warnings = found.passedOver.map { "\($0)" } + [differs].compactMap { $0 }
    }

    /// Trains to the last step, evaluates on the test part, or on the validation part of a data set without one, and
    /// writes all files.
    ///
    /// - Parameter showsProgress: Whether progress goes to the standard output.
    /// - Returns: What `metrics.json` holds.
    /// - Throws: What ended the training early; saved checkpoints stay.
    @discardableResult
    public func train(showsProgress: Bool = true) throws -> EvaluationReport {
        try FileFolder.create(at: folder)
        // For the whole process, not for a scope: the threads that prefetch batches follow it too.
        if configuration.training.threads > 0 { Parallelism.defaultThreadCount = configuration.training.threads }
        try AtomicFile.write(configuration.yaml, to: "\(folder)/config.yaml")
        let checkpoints = CheckpointFolder<CheckpointState>(path: folder)
        var reading = ProgressBar(title: "training masks")
        let data = try ExperimentData(
            configuration, report: { FileHandle.standardError.write(Data("warning: left out: \($0)\n".utf8)) },
            readingMasks: { if showsProgress { reading.show(count: $0, of: $1) } })
        reading.finish()
        // Found now, not after the last step.
        try data.checkTraining(configuration)
        var observers: [any TrainingObserver] = [
            RecordObserver(writer: RecordWriter(path: "\(folder)/records.jsonl")),
            CheckpointObserver(folder: checkpoints, configuration: configuration, classes: ClassTable(of: data.dataset)),
        ]
        // What another run of this folder found best is not of this one.
        if start == nil, FileManager.default.fileExists(atPath: bestReportPath) {
            try FileManager.default.removeItem(atPath: bestReportPath)
        }
        let best = CheckpointFolder<CheckpointState>(path: "\(folder)/best")
        observers.append(BestObserver(folder: best, configuration: configuration, classes: ClassTable(of: data.dataset)))
        if showsProgress { observers.append(ProgressObserver(RunOutline(configuration, data))) }

        let state = try lastCheckpointNamed(in: checkpoints) {
            let start = try start ?? configuration.pretrainedState(classCount: data.dataset.classNames.count)
            return try loop(on: data).run(from: start, observers: &observers)
        }
        let report = try report(on: state.ema, after: state.progress, data)
        try report.write(to: "\(folder)/metrics.json")
        if state.best != nil, let checkpoint = try best.latest(arrays: TrainingState.isEMA)?.checkpoint {
            let isLast = checkpoint.step == state.step
            let bestReport = try isLast ? report : self.report(on: checkpoint.averagedModel(), after: checkpoint.progress, data)
            try bestReport.write(to: bestReportPath)
        }
        return report
    }

    /// The steps and evaluations of the run.
    func loop(on data: ExperimentData) -> TrainingLoop {
        let interval = configuration.training.evaluateEvery
        let validation = TrainingLoop.Validation(every: max(1, interval)) { [configuration] predictor in
            try Evaluation(
                of: predictor, on: data.samples(of: .validation), view: configuration.evaluationView,
                scale: configuration.evaluation.scale, batchSize: configuration.evaluation.batchSize
            ).prediction.mIoU ?? 0
        }
        return TrainingLoop(
            trainer: configuration.makeTrainer(), batches: data, steps: configuration.training.steps,
            validation: interval > 0 ? validation : nil)
    }

    /// The measures of an averaged network on the part that results are reported on.
    private func report(
        on model: SegmentationModel, after progress: TrainingState.Progress, _ data: ExperimentData
    ) throws -> EvaluationReport {
        let predictor = configuration.objective.predictor(of: model, prior: progress.prior, use: .prediction)
        return try EvaluationReport(of: predictor, after: progress, configuration, on: data, part: data.reportedPart)
    }

    /// The measures of the weights that were best on the validation part; nil before the end and for runs without
    /// evaluations.
    ///
    /// - Throws: `FileError` or `ReportError` for a file that cannot be read.
    public func bestReport() throws -> EvaluationReport? {
        FileManager.default.fileExists(atPath: bestReportPath) ? try EvaluationReport(path: bestReportPath) : nil
    }

    private var bestReportPath: String { "\(folder)/metrics-best.json" }

    /// Adds the last good checkpoint to the error of a diverged training.
    private func lastCheckpointNamed<Result>(
        in checkpoints: CheckpointFolder<CheckpointState>, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch TrainingError.notFinite(let what, let step, _) {
            let last = try checkpoints.steps().last.map(checkpoints.path(ofStep:))
            throw TrainingError.notFinite(what: what, step: step, lastCheckpoint: last)
        }
    }
}
