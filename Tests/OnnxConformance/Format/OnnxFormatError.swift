/// Bytes that are no ONNX message.
public struct OnnxFormatError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The message in which the fault lies, such as "TensorProto".
    public let message: String
    /// The byte at which it was noticed, counted from the start of the file.
    public let offset: Int
    /// What was expected or found there.
    public let fault: String

    /// An error of the given parts.
    public init(message: String, offset: Int, fault: String) {
        self.message = message
        self.offset = offset
        self.fault = fault
    }

    /// Where and what, in one line.
    public var description: String { "\(message), byte \(offset): \(fault)" }
}
