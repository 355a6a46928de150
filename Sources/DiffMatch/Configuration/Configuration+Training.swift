extension Configuration {
    /// How gradients change the weights.
    public struct Optimizer: Equatable, Sendable {
        /// Which rule.
        public var name = Name.adamw
        /// The learning rate of the first step.
        public var learningRate = 0.003
        /// The labeled images of a step that the learning rate is meant for; nil for any number.
        public var referenceBatch: Int?
        /// The share of each weight, times the learning rate, that a step takes away.
        public var weightDecay = 0.01
        /// The momentum of `sgd`.
        public var momentum = 0.9
        /// The factor of the encoder's learning rate.
        public var encoderFactor = 1.0
        /// The factor of the denoiser's learning rate.
        public var denoiserFactor = 0.3
        /// The power of the learning rate's polynomial decay.
        public var power = 0.9

        /// The demonstration's optimizer.
        public init() {}

        /// A rule by which gradients change weights.
        public enum Name: String, CaseIterable, Sendable {
            /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
            case adamw
            /// Stochastic gradient descent with momentum.
            case sgd
        }
    }

    /// Length, batches, averages and bookkeeping of the run.
    public struct Training: Equatable, Sendable {
        /// The number of optimizer steps.
        public var steps = 1000
        /// The labeled images of a step.
        public var batchSize = 8
        /// The unlabeled images that join them; nil for as many.
        public var unlabeledBatchSize: Int?
        /// The images that pass the network together, gradients summed; 0 for all.
        public var microBatch = 0
        /// What the loss of a classifier beside the denoiser counts, which sees the features alone; 0 for none.
        public var auxiliaryWeight = 0.5
        /// The labeled pixels of a step that count at least, where only hard ones count; 0 for all.
        public var hardExamples = 0
        /// The steps between two evaluations on the validation part; 0 for none.
        public var evaluateEvery = 200
        /// The steps between two checkpoints; 0 for the last one only.
        public var checkpointEvery = 300
        /// How many of the newest checkpoints are kept.
        public var keptCheckpoints = 2
        /// The decay of the weights' moving average, which is the teacher and what is evaluated.
        public var averageDecay = 0.99
        /// The number of compute threads; 0 for one per core.
        public var threads = 0

        /// The demonstration's length.
        public init() {}
    }
}
