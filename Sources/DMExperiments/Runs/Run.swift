import DMDatasets
import DMDiffusion
import DMFormats
import DMLayers
import DMTensors
import DiffMatch
import Foundation

/// A training that keeps its files in a folder, which is its own.
///
/// | file | content |
/// |---|---|
/// | `config.yaml` | all settings, as resolved |
/// | `records.jsonl` | one line for each step and each evaluation |
/// | `metrics.json` | the test part (or else the validation part), measured with the last averaged weights |
/// | `metrics-best.json` | the same, with the weights that were best on the validation part |
/// | `checkpoint-*` | the last checkpoints |
/// | `best/checkpoint-*` | the weights that were best on the validation part |
/// | `.lock` | who trains, while somebody does |
public struct Run: Sendable {
    /// All settings.
    public let configuration: Configuration
    /// The folder.
    public let folder: String

    /// Warnings for the user, such as damaged checkpoints that were skipped.
    public let warnings: [String]

    private let beginning: Beginning

    /// Where a run begins.
    private enum Beginning {
        /// At the first step, in a folder without a run, or in the place of the one that is there.
        case anew(overwrites: Bool)
        /// At the first step of a run that was ended before its first checkpoint.
        case beforeCheckpoints
        /// At a checkpoint, on the images that it is of, or on those that are there now.
        case checkpoint(TrainingState, DatasetIdentity?, acceptsOtherImages: Bool)
    }

    /// A run that starts from the first step.
    ///
    /// - Parameters:
    ///   - configuration: All settings.
    ///   - folder: The folder, made if it is not there.
    ///   - overwrites: Whether the run that is in the folder is removed when this one begins; without it, such a folder is
    ///     refused. Files that no run has written stay in either case.
    public init(configuration: Configuration, folder: String, overwrites: Bool = false) {
        self.configuration = configuration
        self.folder = folder
        beginning = .anew(overwrites: overwrites)
        warnings = []
    }

    /// The run of a folder, to resume from its newest valid checkpoint, or from the first step where there is none yet.
    ///
    /// - Parameters:
    ///   - folder: The folder of a run.
    ///   - configuration: The settings that the caller expects; nil for those of the checkpoint.
    ///   - assignments: Changes to these, as `key=value`.
    ///   - acceptsOtherImages: Whether the run goes on where the images of the data set are not those that it began with;
    ///     the classes always have to be.
    /// - Throws: `CheckpointError` where there is no run or no valid checkpoint, `ConfigurationError` for changes that are
    ///   refused, `ExperimentError.settingDiffers` where a setting that affects the result differs from the checkpoint's.
    ///   Other settings, such as the folder of the data set, may change.
    public init(
        resuming folder: String, configuration: Configuration? = nil, assignments: [String] = [], acceptsOtherImages: Bool = false
    ) throws {
        let files = RunFolder(path: folder)
        let found = try files.checkpoints.newest { step throws(CheckpointError) in try files.resumption(atStep: step) }
        guard let (saved, passedOver) = found else {
            guard FileKind(ofPath: files.configurationFile) != nil else { throw CheckpointError.missing(path: folder) }
            let saved = try Configuration.loadSaved(file: files.configurationFile)
            self.configuration = try Self.settings(of: saved, expecting: configuration, assignments)
            self.folder = folder
            beginning = .beforeCheckpoints
            warnings = ["'\(folder)' holds no checkpoint yet: the run begins with its first step"]
            return
        }
        self.configuration = try Self.settings(of: saved.checkpoint.configuration, expecting: configuration, assignments)
        self.folder = folder
        beginning = .checkpoint(saved.state, saved.checkpoint.data, acceptsOtherImages: acceptsOtherImages)
        let computed = saved.checkpoint.compute.flatMap { saved in
            saved == .current
                ? nil : "the checkpoint was computed with \(saved), and this goes on with \(ComputeSettings.current): bits may differ"
        }
        warnings = passedOver.map { "\($0)" } + [computed].compactMap { $0 }
    }

    /// The settings to go on with.
    private static func settings(
        of saved: Configuration, expecting configuration: Configuration?, _ assignments: [String]
    ) throws -> Configuration {
        var wanted = configuration ?? saved
        try wanted.set(assignments)
        try wanted.validate()
        if let setting = wanted.settings(differingFrom: saved).first {
            throw ExperimentError.settingDiffers(key: setting.key, saved: setting.value(saved), given: setting.value(wanted))
        }
        return wanted
    }

    /// Trains to the last step, evaluates on the test part, or on the validation part of a data set without one, and
    /// writes all files.
    ///
    /// While it trains, no other process can write a run into the folder.
    ///
    /// - Parameters:
    ///   - showsProgress: Whether progress goes to the standard output.
    ///   - stopsOnSignals: Whether the signals TERM, INT and HUP stop the training after the step that is being taken, with
    ///     a checkpoint; a second one ends the program at once.
    /// - Returns: What `metrics.json` holds.
    /// - Throws: What ended the training early, ``TrainingStopped`` among it; saved checkpoints stay.
    @discardableResult
    public func train(showsProgress: Bool = true, stopsOnSignals: Bool = false) throws -> EvaluationReport {
        guard stopsOnSignals else { return try train(showsProgress: showsProgress) { false } }
        return try train(showsProgress: showsProgress, whileTraining: StopSignals.watched) { StopSignals.received != nil }
    }

    /// Trains as `train(showsProgress:stopsOnSignals:)` does.
    ///
    /// - Parameter stops: Is asked after each step whether to stop there.
    package func train(showsProgress: Bool, stopsWhen stops: @escaping @Sendable () -> Bool) throws -> EvaluationReport {
        try train(showsProgress: showsProgress, whileTraining: { try $0() }, stopsWhen: stops)
    }

    private func train(
        showsProgress: Bool, whileTraining: (() throws -> TrainingState) throws -> TrainingState,
        stopsWhen stops: @escaping @Sendable () -> Bool
    ) throws -> EvaluationReport {
        let files = RunFolder(path: folder)
        let warn: @Sendable (String) -> Void = { StandardStream.error.show("warning: \($0)\n") }
        return try files.claimed(warn: warn) {
            let data = try preparedData(showsProgress: showsProgress, warn)
            let start = try start(on: data, warn)
            if let error = try configuration.stepThatDoesNotFit(start, on: data) { warn("\(error)") }
            // All that can be refused has been: only now is anything removed or written.
            if case .anew(overwrites: true) = beginning { try files.removeRun() }
            try files.removeLeftovers()
            try AtomicFile.write(configuration.yaml, to: files.configurationFile)
            var observers: [any TrainingObserver] = [
                FileObserver(
                    folder: files, configuration: configuration, classes: ClassTable(of: data.dataset), data: data.identity, warn: warn)
            ]
            if showsProgress { observers.append(ProgressObserver(RunOutline(configuration, data))) }

            var loop = loop(on: data)
            loop.stops = stops
            let state = try lastCheckpointNamed(in: files.checkpoints) {
                try whileTraining { try loop.run(from: start, observers: &observers) }
            }
            guard state.step >= configuration.training.steps else {
                throw TrainingStopped(step: state.step, checkpoint: files.checkpoints.path(ofStep: state.step))
            }
            return try measured(state, on: data, into: files, warn)
        }
    }

    /// The images of the run, after all that would be refused after them.
    private func preparedData(showsProgress: Bool, _ warn: @escaping @Sendable (String) -> Void) throws -> ExperimentData {
        let files = RunFolder(path: folder)
        if case .anew(overwrites: false) = beginning { try files.checkVacant() }
        if case .anew(overwrites: true) = beginning { try files.checkOurs() }
        // For the whole process, not for a scope: the threads that prefetch batches follow it too.
        if configuration.training.threads > 0 { Parallelism.defaultThreadCount = configuration.training.threads }
        var reading = ProgressBar(title: "training masks")
        let data = try ExperimentData(
            configuration, report: { warn("left out: \($0)") }, readingMasks: { if showsProgress { reading.show(count: $0, of: $1) } })
        reading.finish()
        // Found now, not after the last step.
        try data.checkTraining(configuration)
        return data
    }

    /// Measures the averaged network, and the best one, and writes both reports.
    private func measured(
        _ state: TrainingState, on data: ExperimentData, into files: RunFolder, _ warn: (String) -> Void
    ) throws -> EvaluationReport {
        let report = try report(on: state.ema, after: state.progress, data)
        try report.write(to: files.reportFile)
        guard let best = state.best else { return report }
        let checkpoint: Checkpoint<CheckpointState>
        do throws(CheckpointError) {
            let found = try files.best.latest(arrays: TrainingState.isEMA) { (checkpoint, path) throws(CheckpointError) in
                try checkpoint.checkConsistent(at: path)
            }
            guard let found else { throw .missing(path: files.best.path) }
            checkpoint = found.checkpoint
        } catch {
            warn("the best weights, those of step \(best.step), are not measured: \(error)")
            return report
        }
        let isLast = checkpoint.step == state.step
        let bestReport = try isLast ? report : self.report(on: checkpoint.averagedModel(), after: checkpoint.progress, data)
        try bestReport.write(to: files.bestReportFile)
        return report
    }

    /// The state in which the run begins or goes on.
    ///
    /// - Throws: `ExperimentError.classesDiffer` and `RunError.imagesDiffer` where a checkpoint is of other data.
    private func start(on data: ExperimentData, _ warn: (String) -> Void) throws -> TrainingState {
        guard case .checkpoint(let state, let saved, let acceptsOtherImages) = beginning else {
            return try configuration.pretrainedState(classCount: data.dataset.classNames.count)
        }
        let found = data.identity
        guard let saved else {
            guard state.student.classCount == found.classes.count else {
                throw RunError.classCountDiffers(known: state.student.classCount, found: found.classes)
            }
            warn("the checkpoint is of an earlier version, which did not keep what images a run is on")
            return state
        }
        guard saved.classes == found.classes else { throw ExperimentError.classesDiffer(known: saved.classes, found: found.classes) }
        if saved != found {
            guard acceptsOtherImages else { throw RunError.imagesDiffer(saved: saved, found: found) }
            warn("the run goes on with other data: \(found.differences(from: saved).joined(separator: "; "))")
        }
        return state
    }

    /// The steps and evaluations of the run.
    func loop(on data: ExperimentData) -> TrainingLoop {
        let interval = configuration.training.evaluateEvery
        let validation = TrainingLoop.Validation(every: max(1, interval)) { [configuration] predictor in
            try Evaluation(
                of: configuration.predictor(of: predictor.model, prior: predictor.prior), on: data.samples(of: .validation),
                view: configuration.evaluationView, scale: configuration.evaluation.scale, batchSize: configuration.evaluation.batchSize
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
        try EvaluationReport(
            of: configuration.predictor(of: model, prior: progress.prior), after: progress, configuration, on: data,
            part: data.reportedPart)
    }

    /// The measures of the weights that were best on the validation part; nil before the end and for runs without
    /// evaluations.
    ///
    /// - Throws: `FileError` or `ReportError` for a file that cannot be read.
    public func bestReport() throws -> EvaluationReport? {
        let path = RunFolder(path: folder).bestReportFile
        return FileKind(ofPath: path) != nil ? try EvaluationReport(path: path) : nil
    }

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

/// A training that was stopped before its last step, as it was asked to be; its last checkpoint is of that step.
public struct TrainingStopped: Error, Equatable, CustomStringConvertible {
    /// The number of steps taken.
    public let step: Int
    /// The manifest of its checkpoint.
    public let checkpoint: String

    /// A stop after a step.
    package init(step: Int, checkpoint: String) { (self.step, self.checkpoint) = (step, checkpoint) }

    /// Step and checkpoint, in words.
    public var description: String { "stopped after step \(step), which '\(checkpoint)' holds" }
}

extension RunFolder {
    /// The state that a run goes on from, and the rest of its checkpoint.
    ///
    /// - Throws: `CheckpointError` for a checkpoint that is damaged, or that no training can have written.
    fileprivate func resumption(atStep step: Int) throws(CheckpointError) -> (state: TrainingState, checkpoint: CheckpointState) {
        let checkpoint = try checkpoints.load(step: step)
        let path = checkpoints.path(ofStep: step)
        try checkpoint.checkConsistent(at: path)
        do throws(ParameterMismatch) {
            return (try TrainingState(checkpoint), checkpoint.state)
        } catch {
            throw .inconsistent(path: path, reason: "\(error)")
        }
    }
}
