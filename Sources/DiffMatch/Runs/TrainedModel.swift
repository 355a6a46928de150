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
    /// Newer checkpoints that could not be read.
    public let warnings: [String]

    /// The averaged network of a checkpoint.
    ///
    /// - Parameters:
    ///   - path: A checkpoint's manifest, or a folder, of which the newest valid one is taken.
    ///   - assignments: Settings that differ from training, as `key=value`; those of `diffusion` and `debias` make sense.
    /// - Throws: `CheckpointError`, `ConfigurationError`, or `ParameterMismatch` where the changes do not fit the weights.
    public init(checkpoint path: String, assignments: [String] = []) throws {
        let found = try CheckpointFolder<CheckpointState>.find(at: path)
        warnings = found.passedOver.map { "\($0)" }
        var checkpoint = found.checkpoint
        try checkpoint.state.configuration.set(assignments)
        try checkpoint.state.configuration.validate()
        configuration = checkpoint.state.configuration
        state = try TrainingState(checkpoint)
        predictor = Trainer(configuration: configuration).predictor(of: state)
    }

    /// Measures the network on a part of its data set.
    ///
    /// - Throws: What keeps a sample from being read.
    public func evaluate(on part: DatasetPart) throws -> EvaluationReport {
        try EvaluationReport(of: state, configuration, on: ExperimentData(configuration), part: part)
    }

    /// The names of the classes.
    public var classNames: [String] { configuration.makeDataset().classNames }

    /// The colours of the classes.
    public var palette: Palette { configuration.makeDataset().palette }

    /// The class of each pixel of an image.
    ///
    /// - Parameter image: `[h, w, 3]`.
    /// - Returns: `[h, w]`.
    /// - Throws: `DebiasedAdjustmentError` if the configured correction does not fit the classes.
    public func classes(of image: Tensor<UInt8>) throws -> Tensor<UInt8> {
        let normalized = configuration.viewParameters.normalization.normalized(image)
        let batch = normalized.reshaped(to: [1] + image.shape)
        let random = RandomSource(seed: configuration.seed).split(Purpose.evaluation.rawValue)
        let prediction = try predictor.predict(batch, random: random)
        return Tensor(converting: prediction.classes).reshaped(to: Array(image.shape.prefix(2)))
    }
}
