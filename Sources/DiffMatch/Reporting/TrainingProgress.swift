/// Where a training stands, for those who watch it.
public struct TrainingProgress: Sendable, Equatable {
    /// The number of steps taken.
    public var step: Int
    /// The number of steps of the whole run.
    public var stepCount: Int
    /// The terms of the loss by name, in the order in which they are shown.
    public var losses: [Loss]
    /// The learning rate of the last step.
    public var learningRate: Double
    /// The last mean intersection over union on the validation part, in 0...1; nil before the first evaluation.
    public var mIoU: Double?

    /// A term of the loss.
    public struct Loss: Sendable, Equatable {
        /// A short name.
        public var name: String
        /// Its value.
        public var value: Double

        /// A term of the loss.
        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// A state of training.
    public init(step: Int, stepCount: Int, losses: [Loss], learningRate: Double, mIoU: Double? = nil) {
        self.step = step
        self.stepCount = stepCount
        self.losses = losses
        self.learningRate = learningRate
        self.mIoU = mIoU
    }
}
