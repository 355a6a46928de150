public import DMTensors

/// What a forward pass needs besides its input, and what it leaves behind besides its output.
public struct ForwardContext: Sendable {
    /// How layers that know two ways behave.
    public enum Mode: Sendable {
        /// Dropout acts; batch normalization uses the batch's statistics and reports them.
        case training
        /// Dropout rests; batch normalization uses its running statistics.
        case inference
        /// Dropout rests; batch normalization uses the batch's statistics and reports nothing.
        ///
        /// For a network whose running statistics are still far from settled.
        case batchStatistics
    }

    /// How layers behave.
    public var mode: Mode
    /// Where dropout draws from.
    public var random: RandomSource
    /// What the batch normalizations have seen, in the order of the passes.
    public private(set) var statistics: [BatchStatistics] = []

    /// The context of one step.
    public init(mode: Mode, random: RandomSource = RandomSource(seed: 0)) {
        self.mode = mode
        self.random = random
    }

    mutating func report(_ batch: BatchStatistics) { statistics.append(batch) }
}

/// Mean and unbiased variance of one batch at one batch normalization.
public struct BatchStatistics: Sendable {
    /// The dotted name of the running statistics.
    let name: String
    /// The batch's mean, `[channels]`.
    let mean: Tensor<Float>
    /// The batch's unbiased variance, `[channels]`.
    let variance: Tensor<Float>
    /// The weight of this batch in the running statistics.
    let momentum: Float
}
