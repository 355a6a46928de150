import DMTensors
import Foundation

/// A file that the operating system does not let us read or write.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as "write".
    public let operation: String
    /// The path of the file.
    public let path: String
    /// The reason, the operating system's as a rule.
    public let reason: String

    /// An error of the given parts.
    public init(operation: String, path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// An error with the reason of the last system call.
    package init(cannot operation: String, _ path: String, code: Int32 = errno) {
        self.init(operation: operation, path: path, reason: String(cString: strerror(code)))
    }

    /// Operation, path and reason, in one line.
    public var description: String { "cannot \(operation) '\(path.visible)': \(reason)" }
}
