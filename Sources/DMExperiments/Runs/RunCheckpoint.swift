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
    /// The best mark on the validation part so far.
    public var best: TrainingState.Best?
    /// The time that the steps took, in seconds.
    public var seconds: Double
    /// What the steps were computed with, as far as it decides bits; nil in checkpoints of earlier versions.
    public var compute: ComputeSettings?
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
        TrainingState.Progress(prior: state.prior, step: step, best: state.best, seconds: state.seconds)
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
    public func checkpoint(_ configuration: Configuration, classes: ClassTable? = nil) -> Checkpoint<CheckpointState> {
        Checkpoint(
            step: step, arrays: arrays,
            state: CheckpointState(
                configuration: configuration, classCount: student.classCount, classes: classes, prior: prior, best: best, seconds: seconds,
                compute: .current))
    }

    /// The state of a checkpoint; the next step is bit-equal to what it would have been.
    ///
    /// - Throws: `ParameterMismatch` if the arrays are not those of the configured network.
    public init(_ checkpoint: Checkpoint<CheckpointState>) throws(ParameterMismatch) {
        let configuration = checkpoint.state.configuration
        self = configuration.makeTrainer().initialState(of: configuration.makeModel(classCount: checkpoint.state.classCount))
        try restore(arrays: checkpoint.arrays, progress: checkpoint.progress)
    }
}
