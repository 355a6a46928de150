public import DMDiffusion
public import DMLayers
public import DMOptimizers
public import DMTensors

/// A training at one moment: all that the next step depends on, and exactly what a checkpoint holds.
///
/// Random numbers and batches are functions of the seed and the step; neither needs a place here.
public struct TrainingState: Sendable {
    /// The network that learns.
    public var student: SegmentationModel
    /// The exponential moving average (EMA) of its weights: the teacher of DiffMatch, and the network that is evaluated.
    public var ema: SegmentationModel
    /// The optimizer and its moments.
    public var optimizer: any Optimizer
    /// What is neither weights nor moments.
    public var progress: Progress

    /// What a training remembers besides its tensors.
    public struct Progress: Sendable, Equatable, Codable {
        /// The class distribution of the targets seen so far.
        public var prior: ClassPrior
        /// How confident the teacher was of each class; nil where the objective does not ask.
        public var confidence: ClassConfidence?
        /// The number of steps taken.
        public var step = 0
        /// The best mIoU on the validation part so far, and its step.
        public var best: Best?
        /// The time that the steps took, in seconds.
        public var seconds = 0.0

        /// A training that is about to begin.
        public init(classCount: Int) { prior = ClassPrior(classCount: classCount) }

        /// A training that has taken some steps.
        public init(prior: ClassPrior, confidence: ClassConfidence? = nil, step: Int, best: Best?, seconds: Double) {
            (self.prior, self.confidence, self.step, self.best, self.seconds) = (prior, confidence, step, best, seconds)
        }
    }

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
        self.ema = student
        self.optimizer = optimizer
        progress = Progress(classCount: student.classCount)
    }

    /// The class distribution of the targets seen so far.
    public var prior: ClassPrior {
        get { progress.prior }
        set { progress.prior = newValue }
    }

    /// The number of steps taken.
    public var step: Int {
        get { progress.step }
        set { progress.step = newValue }
    }

    /// The best mIoU on the validation part so far, and its step.
    public var best: Best? {
        get { progress.best }
        set { progress.best = newValue }
    }

    /// The time that the steps took, in seconds.
    public var seconds: Double {
        get { progress.seconds }
        set { progress.seconds = newValue }
    }
}

/// Saving and restoring.
extension TrainingState {
    /// The parts of a saved training, as the beginnings of the names of its tensors.
    public enum ArrayPrefix {
        /// The student's weights.
        public static let student = "student."
        /// The averaged weights: all that predicting needs.
        public static let ema = "average."
        /// The optimizer's moments.
        public static let optimizer = "optimizer."
    }

    /// All tensors of the training, for a file; with ``progress`` they are the whole of it.
    public var arrays: ParameterValues {
        var arrays = ParameterValues()
        arrays.append(student.state, prefix: ArrayPrefix.student)
        arrays.append(ema.state, prefix: ArrayPrefix.ema)
        arrays.append(optimizer.state, prefix: ArrayPrefix.optimizer)
        return arrays
    }

    /// Goes back to a saved training of the same network and optimizer; the next step is bit-equal to what it would have been.
    ///
    /// - Parameters:
    ///   - arrays: What ``arrays`` was.
    ///   - progress: What ``progress`` was.
    /// - Throws: `ParameterMismatch` if the tensors are not those of this network and optimizer; the state is then of no use.
    public mutating func restore(arrays: ParameterValues, progress: Progress) throws(ParameterMismatch) {
        try student.load(arrays.removing(prefix: ArrayPrefix.student))
        try ema.load(arrays.removing(prefix: ArrayPrefix.ema))
        let remembered = arrays.removing(prefix: ArrayPrefix.optimizer)
        // Before the first step an optimizer remembers nothing.
        if progress.step > 0 || remembered.count > 0 { try optimizer.restore(remembered, of: student.parameters) }
        self.progress = progress
    }
}
