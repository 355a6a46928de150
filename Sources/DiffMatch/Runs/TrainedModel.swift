public import DMDatasets
import DMDiffusion
import DMLayers
public import DMTensors

/// A trained network with everything that its use needs.
public struct TrainedModel: Sendable {
    /// The settings of its training, with changes for its use.
    public let configuration: Configuration
    /// The network and its way of sampling.
    public let predictor: Predictor
    /// Its training at that moment.
    let state: TrainingState
    /// The names and colors of the classes.
    private let classes: ClassTable
    /// Newer checkpoints that could not be read.
    public let warnings: [String]
    /// The settings that are not those of its training, by their keys.
    private let changedSettings: [String: String]

    /// The averaged network of a checkpoint.
    ///
    /// - Parameters:
    ///   - path: A checkpoint's manifest, or a folder, of which the newest valid one is taken.
    ///   - assignments: Settings that differ from training, as `key=value`; those of `diffusion` and `debias` make sense.
    /// - Throws: `CheckpointError`, `ConfigurationError`, `TrainingError.settingDiffers` for other classes, or `ParameterMismatch` where the changes do not fit the weights.
    public init(checkpoint path: String, assignments: [String] = []) throws {
        let found = try CheckpointFolder<CheckpointState>.find(at: path)
        warnings = found.passedOver.map { "\($0)" }
        var checkpoint = found.checkpoint
        let trained = checkpoint.state.configuration
        try checkpoint.state.configuration.set(assignments)
        try checkpoint.state.configuration.validate()
        let used = checkpoint.state.configuration
        configuration = used
        changedSettings = used.settings(differingFrom: trained).reduce(into: [:]) { $0[$1.key] = $1.value(used) }
        // Scenes are made as the settings say; files are looked at when they are used.
        let isBuiltIn = configuration.dataset.name == .builtin
        classes =
            try isBuiltIn
            ? ClassTable(of: configuration.makeDataset()) : checkpoint.state.classes ?? ClassTable(of: configuration.makeDataset())
        let (known, given) = (checkpoint.state.classCount, classes.names.count)
        guard known == given else {
            throw TrainingError.settingDiffers(key: "dataset.classes", saved: "\(known)", given: "\(given)")
        }
        state = try TrainingState(checkpoint)
        predictor = Trainer(configuration: configuration).predictor(of: state)
    }

    /// The data set of its settings, its masks read once; hand it to whatever measures the network several times.
    ///
    /// - Throws: `TrainingError.classesDiffer` for a data set of other classes, and what keeps a sample from being read.
    public func experimentData() throws -> ExperimentData { try known(nil) }

    /// The given data, or those of the settings, of which the network has to know the classes.
    private func known(_ given: ExperimentData?) throws -> ExperimentData {
        let data = try given ?? ExperimentData(configuration)
        guard data.dataset.classNames == classNames else {
            throw TrainingError.classesDiffer(known: classNames, found: data.dataset.classNames)
        }
        return data
    }

    /// Measures the network on a part of a data set.
    ///
    /// - Parameters:
    ///   - part: The part; nil for the test part, or the validation part of a data set without one.
    ///   - data: The data set, as of `experimentData()`; nil to read that for this.
    /// - Throws: As `experimentData()`, and what keeps a sample from being read.
    public func evaluate(on part: DatasetPart? = nil, of data: ExperimentData? = nil) throws -> EvaluationReport {
        let data = try known(data)
        var report = try EvaluationReport(of: state, configuration, on: data, part: part ?? data.reportedPart)
        report.changedSettings = changedSettings.isEmpty ? nil : changedSettings
        return report
    }

    /// How often the denoiser is right when it is handed the true mask; nil for a classifier.
    ///
    /// Takes and throws what `evaluate(on:of:)` does.
    public func trueMaskAccuracy(on part: DatasetPart? = nil, of data: ExperimentData? = nil) throws -> TrueMaskAccuracy? {
        let data = try known(data)
        return try TrueMaskAccuracy(of: predictor, on: data, part: part ?? data.reportedPart, scale: configuration.evaluation.scale)
    }

    /// What the network would teach as it labels images in training, measured on images whose truth is known.
    ///
    /// Takes and throws what `evaluate(on:of:)` does.
    public func pseudoLabelQuality(on part: DatasetPart? = nil, of data: ExperimentData? = nil) throws -> PseudoLabelQuality {
        let data = try known(data)
        let teacher = Trainer(configuration: configuration).teacher(of: state)
        return try PseudoLabelQuality(of: teacher, configuration, on: data, part: part ?? data.reportedPart)
    }

    /// The names of the classes.
    public var classNames: [String] { classes.names }

    /// The colors of the classes.
    public var palette: Palette { classes.palette }

    /// The class of each pixel of an image.
    ///
    /// - Parameter image: `[h, w, 3]`.
    /// - Returns: `[h, w]`.
    /// - Throws: `DebiasedAdjustmentError` if the configured correction does not fit the classes.
    public func classes(of image: Tensor<UInt8>) throws -> Tensor<UInt8> { Tensor(converting: try predict(image).classes[0]) }

    /// The class probabilities of an image, as a batch of one; by windows and resized where the network
    /// is measured so.
    ///
    /// - Parameter image: `[h, w, 3]`.
    /// - Throws: `DebiasedAdjustmentError` if the configured correction does not fit the classes.
    public func predict(_ image: Tensor<UInt8>) throws -> Prediction {
        let batch = stacked([configuration.viewParameters.normalization.normalized(image.resampled(by: configuration.evaluation.scale))])
        let random = RandomSource(seed: configuration.seed).split(Purpose.evaluation.rawValue)
        return try predictor.predict(batch, view: configuration.predictionView, random: random)
            .resized(height: image.shape[0], width: image.shape[1])
    }
}
