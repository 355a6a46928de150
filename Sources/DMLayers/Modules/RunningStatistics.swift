public import DMTensors

/// The averages of mean and variance that a batch normalization gathers while it trains.
public struct RunningStatistics: Sendable {
    /// The averaged mean, `[channels]`.
    public var mean: Tensor<Float>
    /// The averaged unbiased variance, `[channels]`.
    public var variance: Tensor<Float>
    /// The dotted name in the tracked model, under which a forward pass reports new statistics.
    var name = ""

    /// Mean 0 and variance 1.
    public init(channels: Int) {
        mean = Tensor(repeating: 0, shape: [channels])
        variance = Tensor(repeating: 1, shape: [channels])
    }

    /// Moves the averages toward a batch's statistics: r <- r + momentum (batch - r).
    mutating func absorb(mean batchMean: Tensor<Float>, variance batchVariance: Tensor<Float>, momentum: Float) {
        mean += momentum * (batchMean - mean)
        variance += momentum * (batchVariance - variance)
    }
}
