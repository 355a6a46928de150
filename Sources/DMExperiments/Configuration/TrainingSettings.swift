/// A training method. All methods share encoder, data and number of steps.
public enum TrainingMethod: String, Sendable, CaseIterable, Codable {
    /// Labeled images only, with a linear classifier as head and twice the batch.
    case supervised
    /// Pseudo-labels of the current network for one strong view (Sohn et al., NeurIPS 2020).
    case fixmatch
    /// Two strong views and feature dropout (Yang et al., CVPR 2023).
    case unimatch
    /// Labeled images only, with the generative head.
    case supervisedDiffusion = "supervised-diffusion"
    /// The generative head, and an EMA teacher that samples in three steps with logit adjustment (Sun et al., ICLR 2025).
    case diffmatch

    /// Whether unlabeled images are used.
    public var usesUnlabeled: Bool {
        switch self {
        case .supervised, .supervisedDiffusion: false
        case .fixmatch, .unimatch, .diffmatch: true
        }
    }

    /// Whether the head is a diffusion model over the mask.
    public var isGenerative: Bool {
        switch self {
        case .supervised, .fixmatch, .unimatch: false
        case .supervisedDiffusion, .diffmatch: true
        }
    }
}

extension Configuration {
    /// The optimizer and its learning rates.
    public struct OptimizerSettings: Equatable, Sendable {
        /// Which optimizer.
        public var name = Name.adamw
        /// The initial learning rate.
        public var learningRate = 0.003
        /// The labeled batch size that the learning rate is meant for; nil for any.
        public var referenceBatch: Int?
        /// The decoupled weight decay of `adamw`, or the L2 penalty of `sgd`.
        public var weightDecay = 0.01
        /// The momentum of `sgd`.
        public var momentum = 0.9
        /// The learning-rate factor of the encoder.
        public var encoderFactor = 1.0
        /// The learning-rate factor of the denoiser.
        public var denoiserFactor = 0.3
        /// The power of the polynomial learning-rate decay.
        public var power = 0.9

        /// The demonstration's optimizer.
        public init() {}

        /// An optimizer.
        public enum Name: String, CaseIterable, Sendable {
            /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
            case adamw
            /// Stochastic gradient descent with momentum.
            case sgd
        }
    }
}

extension Configuration.OptimizerSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("name", \.name, .choice, "Optimizer."),
        SettingRow("learningRate", \.learningRate, .real(in: 1e-8...10), "Initial learning rate."),
        SettingRow(
            "referenceBatch", \.referenceBatch, .optional(.integer(in: 1...4096)),
            "Labeled batch size that the learning rate is meant for; it is scaled linearly with training.batchSize; null for no scaling."),
        SettingRow("weightDecay", \.weightDecay, .real(in: 0...1), "Weight decay."),
        SettingRow("momentum", \.momentum, .real(in: 0...0.9999), "Momentum of sgd."),
        SettingRow("encoderFactor", \.encoderFactor, .real(in: 0...1000), "Learning-rate factor of the encoder."),
        SettingRow("denoiserFactor", \.denoiserFactor, .real(in: 0...1000), "Learning-rate factor of the denoiser."),
        SettingRow("power", \.power, .real(in: 0...10), "Power of the polynomial learning-rate decay."),
    ]
}

extension Configuration {
    /// Length of the run, batches, losses, EMA and checkpoints.
    public struct TrainingSettings: Equatable, Sendable {
        /// The number of optimizer steps.
        public var steps = 1000
        /// The labeled images per step.
        public var batchSize = 8
        /// The unlabeled images per step; nil for as many as labeled ones.
        public var unlabeledBatchSize: Int?
        /// The images per micro-batch, whose gradients are accumulated; 0 for the whole step at once.
        public var microBatch = 0
        /// The weight of the auxiliary head's cross-entropy; 0 for no auxiliary head.
        public var auxiliaryLossWeight = 0.5
        /// The minimum number of labeled pixels that online hard example mining (OHEM) keeps per step; 0 turns it off.
        public var ohemMinimumKept = 0
        /// The steps between evaluations on the validation part; 0 for none.
        public var evaluateEvery = 200
        /// The steps between checkpoints; 0 for the last step only.
        public var checkpointEvery = 300
        /// The number of newest checkpoints that are kept.
        public var keptCheckpoints = 2
        /// The decay of the exponential moving average (EMA) of the weights, which is the teacher and what is evaluated.
        public var emaDecay = 0.99
        /// The number of compute threads; 0 for one per core.
        public var threads = 0

        /// The demonstration's length.
        public init() {}
    }
}

extension Configuration.TrainingSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("steps", \.steps, .integer(in: 1...100_000_000), "Number of optimizer steps."),
        SettingRow(
            "batchSize", \.batchSize, .integer(in: 1...4096),
            "Labeled images per step; a method without unlabeled images takes labeled ones in their place."),
        SettingRow(
            "unlabeledBatchSize", \.unlabeledBatchSize, .optional(.integer(in: 1...4096)),
            "Unlabeled images per step; null for as many as labeled ones."),
        SettingRow(
            "microBatch", \.microBatch, .integer(in: 0...4096),
            "Images per micro-batch for gradient accumulation, at least 2; batch normalization sees one at a time; 0 for the whole step."),
        SettingRow(
            "auxiliaryLossWeight", \.auxiliaryLossWeight, .real(in: 0...10),
            "Weight of the auxiliary head's cross-entropy; 0 for no auxiliary head."),
        SettingRow(
            "ohemMinimumKept", \.ohemMinimumKept, .integer(in: 0...100_000_000),
            "OHEM: minimum number of labeled pixels kept per step (target probability < 0.7 is always kept); 0 turns it off."),
        SettingRow(
            "evaluateEvery", \.evaluateEvery, .integer(in: 0...100_000_000),
            "Steps between evaluations on the validation part; 0 for none."),
        SettingRow(
            "checkpointEvery", \.checkpointEvery, .integer(in: 0...100_000_000),
            "Steps between checkpoints; 0 for the last step only.", affectsResults: false),
        SettingRow(
            "keptCheckpoints", \.keptCheckpoints, .integer(in: 1...1000), "Number of newest checkpoints that are kept.",
            affectsResults: false),
        SettingRow(
            "emaDecay", \.emaDecay, .real(in: 0...0.99999),
            "Decay of the exponential moving average (EMA) of the weights, which is the teacher and is evaluated."),
        SettingRow(
            "threads", \.threads, .integer(in: 0...1024), "Number of compute threads; 0 for one per core.", affectsResults: false),
    ]
}
