public import DMDatasets
import DMDiffusion
import DMLayers
public import DMTensors
public import DiffMatch

/// A trained network with everything needed to use it.
public struct TrainedModel: Sendable {
    /// The settings of its training, with changes for its use.
    public let configuration: Configuration
    /// The network and its way of sampling.
    public let predictor: Predictor
    /// What its training remembers besides the tensors.
    let progress: TrainingState.Progress
    /// The manifest of the checkpoint.
    private let checkpointPath: String
    /// The names and colors of the classes.
    private let classes: ClassTable
    /// Warnings about newer checkpoints that could not be read.
    public let warnings: [String]
    /// The settings that are not those of its training, by their keys.
    private let changedSettings: [String: String]

    /// The averaged network of a checkpoint.
    ///
    /// - Parameters:
    ///   - path: A checkpoint's manifest, or a folder, of which the newest valid one is taken.
    ///   - assignments: Settings that differ from training, as `key=value`; those of `diffusion` and `debias` make sense.
    /// - Throws: `CheckpointError`, `ConfigurationError`, `ExperimentError.settingDiffers` for other classes, or `ParameterMismatch` where the changes do not fit the weights.
    public init(checkpoint path: String, assignments: [String] = []) throws {
        // The averaged weights alone: the student and the optimizer's moments are three quarters of the file.
        let found = try CheckpointFolder<CheckpointState>.find(at: path, arrays: TrainingState.isEMA) {
            (checkpoint, path) throws(CheckpointError) in try checkpoint.checkConsistent(at: path)
        }
        warnings = found.passedOver.map { "\($0)" }
        checkpointPath = found.path
        let saved = found.checkpoint.state
        var used = saved.configuration
        try used.set(assignments)
        try used.validate()
        configuration = used
        changedSettings = used.settings(differingFrom: saved.configuration).reduce(into: [:]) { $0[$1.key] = $1.value(used) }
        // Scenes are made as the settings say; files are looked at when they are used.
        let isBuiltIn = used.dataset.name == .builtin
        classes = try isBuiltIn ? ClassTable(of: used.makeDataset()) : saved.classes ?? ClassTable(of: used.makeDataset())
        guard saved.classCount == classes.names.count else {
            throw ExperimentError.settingDiffers(key: "dataset.classes", saved: "\(saved.classCount)", given: "\(classes.names.count)")
        }
        progress = found.checkpoint.progress
        predictor = used.predictor(of: try found.checkpoint.averagedModel(used), prior: progress.prior)
    }

    /// The data set of its settings, its masks read once; hand it to whatever measures the network several times.
    ///
    /// - Throws: `ExperimentError.classesDiffer` for a data set of other classes, and what keeps a sample from being read.
    public func experimentData() throws -> ExperimentData { try known(nil) }

    /// The given data, or those of the settings, of which the network has to know the classes.
    private func known(_ given: ExperimentData?) throws -> ExperimentData {
        // What it learned from need not be there any more.
        var used = configuration
        used.pseudoLabels.folder = nil
        let data = try given ?? ExperimentData(used)
        guard data.dataset.classNames == classNames else {
            throw ExperimentError.classesDiffer(known: classNames, found: data.dataset.classNames)
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
        var report = try EvaluationReport(
            of: predictor, after: progress, configuration, on: data, part: part ?? data.reportedPart)
        report.changedSettings = changedSettings.isEmpty ? nil : changedSettings
        return report
    }

    /// The accuracy of the denoiser given the true mask, noised to several times; nil for a classifier.
    ///
    /// Takes and throws what `evaluate(on:of:)` does.
    public func denoisingAccuracy(on part: DatasetPart? = nil, of data: ExperimentData? = nil) throws -> DenoisingAccuracy? {
        let data = try known(data)
        return try DenoisingAccuracy(
            of: predictor, on: data.samples(of: part ?? data.reportedPart), scale: configuration.evaluation.scale)
    }

    /// The quality of the pseudo-labels that the network would give in training, measured on labeled images.
    ///
    /// Takes and throws what `evaluate(on:of:)` does.
    public func pseudoLabelQuality(on part: DatasetPart? = nil, of data: ExperimentData? = nil) throws -> PseudoLabelQuality {
        let data = try known(data)
        return try PseudoLabelQuality(
            of: labeler(), confidence: progress.confidence, configuration, on: data, part: part ?? data.reportedPart)
    }

    /// The network that labels images in training: the averaged one, or the student, whose weights are read for this.
    func labeler() throws -> Predictor {
        var model = predictor.model
        if configuration.objective.labeler == .student {
            let checkpoint = try CheckpointFolder<CheckpointState>.find(at: checkpointPath) {
                $0.hasPrefix(TrainingState.ArrayPrefix.student)
            }.checkpoint
            try model.load(checkpoint.arrays.removing(prefix: TrainingState.ArrayPrefix.student))
        }
        return configuration.objective.teacher(model, prior: progress.prior, confidence: progress.confidence)
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
    /// - Parameters:
    ///   - image: `[h, w, 3]`.
    ///   - view: How much of the image the network sees at a time; nil for what the settings say.
    /// - Throws: `DebiasedAdjustmentError` if the configured correction does not fit the classes.
    public func predict(_ image: Tensor<UInt8>, view: ImageView? = nil) throws -> Prediction {
        try predictor.predict(
            image, view: view ?? configuration.predictionView, scale: configuration.evaluation.scale,
            random: RandomStream.evaluation.source(seed: configuration.seed))
    }
}
