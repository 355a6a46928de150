/// What happens in a training, for those who watch it.
public enum TrainingEvent: Sendable {
    /// The training starts, or goes on, from a state.
    case began(TrainingState)
    /// A step was taken.
    case stepped(StepReport, TrainingState)
    /// The average was evaluated on the validation part.
    case evaluated(mIoU: Double, TrainingState)
    /// All steps are taken.
    case finished(TrainingState)
}

/// Watches a training and changes nothing in it.
public protocol TrainingObserver {
    /// Is told each event in turn.
    ///
    /// - Throws: What ends the training, such as a file that cannot be written.
    mutating func observe(_ event: TrainingEvent) throws
}
