/// What one training step did, for observers.
public struct StepReport: Sendable, Equatable, Codable {
    /// The number of steps taken, this one included.
    public var step: Int
    /// The terms of the loss.
    public var losses: StepLosses
    /// The learning rate of the decoder.
    public var learningRate: Float
    /// The share of the unlabeled pixels whose pseudo-label counted.
    public var coverage: Float?
    /// The time that the step took, in seconds.
    public var seconds: Double
    /// The most memory that tensors occupied at once during the step, in bytes; batches that are read ahead count too.
    public var peakMemory: Int
}
