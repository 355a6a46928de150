/// What is wrong with a safetensors file.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write the file.
    case file(FileError)
    /// The file ends before what it announces.
    case truncated(expected: Int, found: Int)
    /// The header is larger than ``Safetensors/maximumHeaderSize``.
    case headerTooLarge(UInt64)
    /// The header is not the JSON that the format prescribes.
    case malformedHeader(offset: Int, expected: String)
    /// Two arrays, or two fields, have one name.
    case duplicateName(String)
    /// An array is called `__metadata__`.
    case reservedName
    /// An element type that the format does not know.
    case unknownType(array: String, type: String)
    /// An element type that the format knows and this library does not hold.
    case unsupportedType(array: String, type: String)
    /// The bytes of an array are not as many as its shape and type ask for.
    case sizeMismatch(array: String, expected: Int, found: Int)
    /// The shape of an array has more elements than can be counted.
    case sizeOverflow(array: String)
    /// An array's bytes begin after they end, or end after the file.
    case invalidRange(array: String, from: Int, to: Int)
    /// An array's bytes begin before the previous array's end.
    case overlap(array: String)
    /// Bytes at an offset of the data that belong to no array.
    case hole(offset: Int)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .truncated(let expected, let found): "the file is cut off: expected at least \(expected) bytes, found \(found)"
        case .headerTooLarge(let size): "a header of \(size) bytes; at most \(Safetensors.maximumHeaderSize) are allowed"
        case .malformedHeader(let offset, let expected): "malformed header at byte \(offset): expected \(expected)"
        case .duplicateName(let name): "the name '\(name)' occurs twice"
        case .reservedName: "an array cannot be called '__metadata__'"
        case .unknownType(let array, let type): "array '\(array)': unknown element type '\(type)'"
        case .unsupportedType(let array, let type):
            "array '\(array)': element type \(type) cannot be held; expected F32, F64, I32, I64, U8 or BOOL"
        case .sizeMismatch(let array, let expected, let found):
            "array '\(array)': its shape and type ask for \(expected) bytes, found \(found)"
        case .sizeOverflow(let array): "array '\(array)': its shape has too many elements"
        case .invalidRange(let array, let from, let to): "array '\(array)': bytes \(from)..<\(to) do not lie within the file"
        case .overlap(let array): "array '\(array)': its bytes overlap another array's"
        case .hole(let offset): "the data's bytes from \(offset) on belong to no array"
        }
    }
}
