public import DMFormats
public import DMTensors

/// What training needs to go on, or a network to predict: arrays, and everything else as a value.
public struct Checkpoint<State: Codable & Sendable>: Sendable {
    /// The number of training steps taken.
    public var step: Int
    /// Weights, averaged weights and the optimizer's moments.
    public var arrays: ParameterValues
    /// Everything that is not an array.
    public var state: State

    /// A checkpoint of the given content.
    public init(step: Int, arrays: ParameterValues, state: State) {
        self.step = step
        self.arrays = arrays
        self.state = state
    }
}

extension Checkpoint: Equatable where State: Equatable {}

/// Why a checkpoint cannot be written or read.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write a file.
    case file(FileError)
    /// There is no checkpoint at this path.
    case missing(path: String)
    /// The manifest is not the JSON that it should be.
    case malformedManifest(path: String, reason: String)
    /// The manifest is of another version of the format.
    case unknownFormat(path: String, expected: Int, found: Int)
    /// The file of the arrays has another size than the manifest says.
    case sizeMismatch(path: String, expected: Int, found: Int)
    /// The file of the arrays has another digest than the manifest says.
    case digestMismatch(path: String)
    /// The file of the arrays is not of its format.
    case arrays(path: String, SafetensorsError)
    /// The manifest has another digest than it says.
    case manifestDigestMismatch(path: String)
    /// The parts of the checkpoint contradict each other, or hold values that no training has.
    case inconsistent(path: String, reason: String)
    /// None of a folder's checkpoints can be read.
    case noneValid(path: String, faults: [CheckpointError])

    /// Place, what was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .missing(let path): "no checkpoint at '\(path)'"
        case .malformedManifest(let path, let reason): "'\(path)' is no checkpoint: \(reason)"
        case .unknownFormat(let path, let expected, let found): "'\(path)' is of format \(found); expected \(expected) or less"
        case .sizeMismatch(let path, let expected, let found): "'\(path)' is damaged: expected \(expected) bytes, found \(found)"
        case .digestMismatch(let path): "'\(path)' is damaged: its SHA-256 digest is not the manifest's"
        case .arrays(let path, let error): "'\(path)' is damaged: \(error)"
        case .manifestDigestMismatch(let path): "'\(path)' is damaged: it has another SHA-256 digest than it says"
        case .inconsistent(let path, let reason): "'\(path)' is no checkpoint to go on from: \(reason)"
        case .noneValid(let path, let faults):
            "no valid checkpoint in '\(path)': " + faults.map(\.description).joined(separator: "; ")
        }
    }
}
