/// What is wrong with a safetensors file.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write the file.
    case file(FileError)
    /// The file is too short for the size of a header.
    case headerTooSmall(found: Int)
    /// The file ends before the header does.
    case truncated(expected: Int, found: Int)
    /// The header is larger than ``Safetensors/maximumHeaderSize``.
    case headerTooLarge(UInt64)
    /// The header is no text in UTF-8.
    case headerNotUTF8
    /// The header does not begin with a brace; nil where it is empty.
    case invalidHeaderStart(found: UInt8?)
    /// The header is not the JSON that the format prescribes.
    case malformedHeader(offset: Int, expected: String)
    /// Two arrays, or two fields, have one name.
    case duplicateName(String)
    /// An array is called `__metadata__`.
    case reservedName
    /// An element type that the format does not know.
    case unknownType(array: String, type: String)
    /// An element type that the format knows and this library does not.
    case unsupportedType(array: String, type: String)
    /// There is no array of this name.
    case arrayNotFound(String)
    /// The bytes of an array are not as many as its shape and type ask for.
    case sizeMismatch(array: String, expected: Int, found: Int)
    /// The shape of an array has more elements than can be counted.
    case sizeOverflow(array: String)
    /// An array's bytes begin after they end, or end after the file.
    case invalidRange(array: String, from: Int, to: Int)
    /// An array's bytes begin before the previous array's end.
    case overlap(array: String)
    /// Bytes at an offset of the data, before an array's, that belong to none.
    case hole(offset: Int)
    /// Bytes at the end of the data that belong to no array.
    case uncoveredBytes(offset: Int, count: Int)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .headerTooSmall(let found): "the file is cut off: expected the 8 bytes of the header's size, found \(found)"
        case .truncated(let expected, let found): "the file is cut off: expected at least \(expected) bytes, found \(found)"
        case .headerTooLarge(let size): "a header of \(size) bytes; at most \(Safetensors.maximumHeaderSize) are allowed"
        case .headerNotUTF8: "the header is no text in UTF-8"
        case .invalidHeaderStart(let found): "the header begins with \(found.map { "byte \($0)" } ?? "nothing"); expected '{'"
        case .malformedHeader(let offset, let expected): "malformed header at byte \(offset): expected \(expected)"
        case .duplicateName(let name): "the name '\(name)' occurs twice"
        case .reservedName: "an array cannot be called '__metadata__'"
        case .unknownType(let array, let type): "array '\(array)': unknown element type '\(type)'"
        case .unsupportedType(let array, let type):
            "array '\(array)': element type \(type) is not supported; expected one of \(supportedTypes)"
        case .arrayNotFound(let name): "there is no array '\(name)'"
        case .sizeMismatch(let array, let expected, let found):
            "array '\(array)': its shape and type ask for \(expected) bytes, found \(found)"
        case .sizeOverflow(let array): "array '\(array)': its shape has too many elements"
        case .invalidRange(let array, let from, let to): "array '\(array)': bytes \(from)..<\(to) do not lie within the file"
        case .overlap(let array): "array '\(array)': its bytes overlap another array's"
        case .hole(let offset): "the data's bytes from \(offset) on belong to no array"
        case .uncoveredBytes(let offset, let count): "the data's last \(count) bytes, from \(offset) on, belong to no array"
        }
    }

    private var supportedTypes: String {
        SafetensorsType.allCases.filter { $0.elementType != nil }.map(\.rawValue).joined(separator: ", ")
    }
}
