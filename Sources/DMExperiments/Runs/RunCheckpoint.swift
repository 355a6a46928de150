public import DMDatasets
public import DMDiffusion
public import DMLayers
public import DMTensors
public import DiffMatch

/// What the checkpoint of a run holds besides the arrays.
public struct CheckpointState: Codable, Equatable, Sendable {
    /// The settings of the run.
    public var configuration: Configuration
    /// The number of classes.
    public var classCount: Int
    /// Their names and colors, with which a network is used where its data set is not; nil for those of the settings.
    public var classes: ClassTable?
    /// The class distribution of the targets seen so far.
    public var prior: ClassPrior
    /// How confident the teacher was of each class, where its labels are chosen by that.
    public var confidence: ClassConfidence?
    /// The best mark on the validation part so far.
    public var best: TrainingState.Best?
    /// The time that the steps took, in seconds.
    public var seconds: Double
    /// What the steps were computed with, as far as it decides bits; nil in checkpoints of earlier versions.
    public var compute: ComputeSettings?
    /// The images that the run is on; nil in checkpoints of earlier versions.
    public var data: DatasetIdentity?
}

/// The names and colors of the classes that a network tells apart.
public struct ClassTable: Sendable, Equatable, Codable {
    /// The names, in the order of the labels.
    public let names: [String]
    /// The colors, in the same order.
    public let colors: [RGBColor]

    /// The classes of a data set.
    public init(of dataset: any SegmentationDataset) {
        names = dataset.classNames
        colors = dataset.palette.colors
    }

    /// The colors as a palette.
    public var palette: Palette { Palette(colors) }
}

extension Checkpoint<CheckpointState> {
    /// What the training remembers besides its tensors.
    var progress: TrainingState.Progress {
        TrainingState.Progress(prior: state.prior, confidence: state.confidence, step: step, best: state.best, seconds: state.seconds)
    }

    /// Why no training can be in this state; nil where one can.
    ///
    /// The digests tell a damaged file; this tells one that somebody has changed and signed anew.
    var fault: String? {
        let classCount = state.classCount
        if !(1...255).contains(classCount) { return "it is of \(classCount) classes" }
        if let names = state.classes?.names, names.count != classCount { return "it names \(names.count) classes of \(classCount)" }
        if let colors = state.classes?.colors, colors.count != classCount {
            return "it has \(colors.count) colors for \(classCount) classes"
        }
        if state.configuration.dataset.name == .builtin, state.configuration.dataset.classes != classCount {
            return "it is of \(classCount) classes, its settings are of \(state.configuration.dataset.classes)"
        }
        let last = state.configuration.training.steps
        if step > last { return "it is of step \(step), and the run ends at \(last)" }
        if let fault = state.prior.fault(classCount: classCount) { return "the class distribution \(fault)" }
        if let fault = state.confidence?.fault(classCount: classCount) { return "the teacher's confidence \(fault)" }
        if let best = state.best, !(0...1).contains(best.mIoU) || !(0...step).contains(best.step) {
            return "the best mIoU is \(best.mIoU), of step \(best.step)"
        }
        // A century is more than a training takes, and less than what no longer fits a whole number.
        if !(0...3e9).contains(state.seconds) { return "its steps took \(state.seconds) seconds" }
        for (name, values) in arrays where !values.isFinite { return "'\(name.quotedName)' holds numbers that are not finite" }
        return nil
    }

    /// Stops a checkpoint that no training can have written from being used.
    ///
    /// - Parameter path: Its manifest.
    /// - Throws: ``CheckpointError/inconsistent(path:reason:)``.
    func checkConsistent(at path: String) throws(CheckpointError) {
        if let fault { throw .inconsistent(path: path, reason: fault) }
    }

    /// The averaged network; ``TrainingState/isEMA`` tells which arrays it needs.
    ///
    /// - Parameter configuration: Its settings, where they are not those of the training.
    /// - Throws: `ParameterMismatch` if the arrays are not those of the configured network.
    func averagedModel(_ configuration: Configuration? = nil) throws(ParameterMismatch) -> SegmentationModel {
        var model = (configuration ?? state.configuration).makeModel(classCount: state.classCount)
        try model.load(arrays.removing(prefix: TrainingState.ArrayPrefix.ema))
        return model
    }
}

extension TrainingState {
    /// Whether the array of a name belongs to the averaged network: all that predicting needs.
    @Sendable static func isEMA(_ name: String) -> Bool { name.hasPrefix(ArrayPrefix.ema) }

    /// The state as arrays and a value, for a file.
    public func checkpoint(
        _ configuration: Configuration, classes: ClassTable? = nil, data: DatasetIdentity? = nil
    ) -> Checkpoint<CheckpointState> {
        Checkpoint(
            step: step, arrays: arrays,
            state: CheckpointState(
                configuration: configuration, classCount: student.classCount, classes: classes, prior: prior,
                confidence: progress.confidence,
                best: best, seconds: seconds, compute: .current, data: data))
    }

    /// The state of a checkpoint; the next step is bit-equal to what it would have been.
    ///
    /// - Throws: `ParameterMismatch` if the arrays are not those of the configured network and optimizer.
    public init(_ checkpoint: Checkpoint<CheckpointState>) throws(ParameterMismatch) {
        let configuration = checkpoint.state.configuration
        self = configuration.makeTrainer().initialState(of: configuration.makeModel(classCount: checkpoint.state.classCount))
        try restore(arrays: checkpoint.arrays, progress: checkpoint.progress)
    }
}
