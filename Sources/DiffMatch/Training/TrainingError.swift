/// Why a training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A loss or a gradient is not a finite number.
    case notFinite(what: String, step: Int, lastCheckpoint: String?)

    /// The fault in words.
    public var description: String {
        switch self {
        case .notFinite(let what, let step, let checkpoint):
            "step \(step): the \(what) is not a finite number; "
                + (checkpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet")
        }
    }
}
