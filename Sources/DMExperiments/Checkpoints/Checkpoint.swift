public import DMFormats
import DMTensors

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

/// The JSON half of a checkpoint: its state, and what the file of its arrays must look like.
struct CheckpointManifest<State: Codable & Sendable>: Codable {
    /// The version of the files' format.
    var format: Int
    /// The number of training steps taken.
    var step: Int
    /// The file of the arrays.
    var arrays: ArraysFile
    /// Everything that is not an array.
    var state: State

    /// Name, size and digest of a file, which tell a damaged one from a whole one.
    struct ArraysFile: Codable {
        var file: String
        var bytes: Int
        var sha256: String
    }
}

/// The part of every manifest that is read first: a later format need not keep anything else.
struct CheckpointFormat: Codable {
    var format: Int

    static let current = 1
}

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
    /// None of a folder's checkpoints can be read.
    case noneValid(path: String, faults: [CheckpointError])

    /// Place, what was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .missing(let path): "no checkpoint at '\(path)'"
        case .malformedManifest(let path, let reason): "'\(path)' is no checkpoint: \(reason)"
        case .unknownFormat(let path, let expected, let found): "'\(path)' is of format \(found); expected \(expected)"
        case .sizeMismatch(let path, let expected, let found): "'\(path)' is damaged: expected \(expected) bytes, found \(found)"
        case .digestMismatch(let path): "'\(path)' is damaged: its SHA-256 digest is not the manifest's"
        case .arrays(let path, let error): "'\(path)' is damaged: \(error)"
        case .noneValid(let path, let faults):
            "no valid checkpoint in '\(path)': " + faults.map(\.description).joined(separator: "; ")
        }
    }
}
