public import DMDiffusion
public import DMLayers
import DMOptimizers
import DMTensors

/// What a checkpoint keeps besides the arrays.
public struct CheckpointState: Codable, Equatable, Sendable {
    /// The settings of the run.
    public var configuration: Configuration
    /// The number of classes.
    public var classCount: Int
    /// Their names and colors, with which a network is used where its data set is not; nil for those of the settings.
    public var classes: ClassTable?
    /// The class distribution of the targets seen so far.
    public var prior: ClassPrior
    /// The best mark on the validation part so far.
    public var best: TrainingState.Best?
    /// The time that the steps took, in seconds.
    public var seconds: Double
}

extension TrainingState {
    /// The state as arrays and a value, for a file.
    public func checkpoint(_ configuration: Configuration, classes: ClassTable? = nil) -> Checkpoint<CheckpointState> {
        var arrays = ParameterValues()
        arrays.append(student.state, prefix: "student.")
        arrays.append(average.state, prefix: "average.")
        arrays.append(optimizer.state, prefix: "optimizer.")
        return Checkpoint(
            step: step, arrays: arrays,
            state: CheckpointState(
                configuration: configuration, classCount: student.classCount, classes: classes, prior: prior, best: best, seconds: seconds))
    }

    /// The state of a checkpoint; the next step is bit-equal to what it would have been.
    ///
    /// - Throws: `ParameterMismatch` if the arrays are not those of the configured network.
    public init(_ checkpoint: Checkpoint<CheckpointState>) throws(ParameterMismatch) {
        let configuration = checkpoint.state.configuration
        self = Trainer(configuration: configuration).initialState(classCount: checkpoint.state.classCount)
        try student.load(checkpoint.arrays.removing(prefix: "student."))
        try average.load(checkpoint.arrays.removing(prefix: "average."))
        optimizer.state = checkpoint.arrays.removing(prefix: "optimizer.")
        prior = checkpoint.state.prior
        step = checkpoint.step
        best = checkpoint.state.best
        seconds = checkpoint.state.seconds
    }
}
