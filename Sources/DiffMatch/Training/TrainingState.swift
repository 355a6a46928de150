public import DMDiffusion
public import DMOptimizers

/// A training at one moment: all that the next step depends on, and exactly what a checkpoint holds.
///
/// Random numbers and batches are functions of the seed and the step; neither needs a place here.
public struct TrainingState: Sendable {
    /// The network that learns.
    public var student: SegmentationModel
    /// Its exponential moving average: teacher, and the network that is evaluated.
    public var average: SegmentationModel
    /// The optimizer and its moments.
    public var optimizer: any Optimizer
    /// The class distribution of the targets seen so far.
    public var prior: ClassPrior
    /// The number of steps taken.
    public var step = 0
    /// The best mIoU on the validation part so far, and its step.
    public var best: Best?
    /// The time that the steps took, in seconds.
    public var seconds = 0.0

    /// A mark on the validation part.
    public struct Best: Sendable, Equatable, Codable {
        /// Mean intersection over union, in 0...1.
        public var mIoU: Double
        /// The number of steps taken by then.
        public var step: Int

        /// A mark.
        public init(mIoU: Double, step: Int) {
            self.mIoU = mIoU
            self.step = step
        }
    }

    /// The state before the first step; the average starts as a copy of the student.
    public init(student: SegmentationModel, optimizer: any Optimizer) {
        self.student = student
        self.average = student
        self.optimizer = optimizer
        prior = ClassPrior(classCount: student.classCount)
    }
}
