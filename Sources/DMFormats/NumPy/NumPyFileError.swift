/// What is wrong with a file of NumPy's.
public enum NumPyFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us read or write the file.
    case file(FileError)
    /// The archive is damaged.
    case archive(ZipError)
    /// The bytes do not begin as those of the format do.
    case unknownFormat
    /// A version of the format other than 1.0, 2.0 and 3.0.
    case unsupportedVersion(major: Int, minor: Int)
    /// The file ends before what it announces.
    case truncated(expected: Int, found: Int)
    /// The header is larger than ``NumPyFile/maximumHeaderSize``.
    case headerTooLarge(Int)
    /// The header is not the dictionary that the format prescribes.
    case malformedHeader(offset: Int, expected: String)
    /// Elements of a type that this library does not know, such as texts and records.
    case unsupportedType(String)
    /// The shape has more elements than can be counted, or more axes than NumPy's arrays have.
    case sizeOverflow(shape: [Int])
    /// Bytes after the array's.
    case unusedBytes(count: Int)
    /// The archive has no array of this name.
    case arrayNotFound(String)
    /// Two arrays of an archive have one name.
    case duplicateName(String)
    /// A name has more than 65,000 bytes.
    case nameTooLong(String)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .archive(let error): error.description
        case .unknownFormat: "not in NumPy's format: expected \"\\x93NUMPY\" at the beginning"
        case .unsupportedVersion(let major, let minor): "version \(major).\(minor) of the format; expected 1.0, 2.0 or 3.0"
        case .truncated(let expected, let found): "the file is cut off: expected \(expected) bytes, found \(found)"
        case .headerTooLarge(let size): "a header of \(size) bytes; at most \(NumPyFile.maximumHeaderSize) are allowed"
        case .malformedHeader(let offset, let expected): "malformed header at byte \(offset): expected \(expected)"
        case .unsupportedType(let type): "elements of type '\(type)' are not supported; expected numbers or truth values"
        case .sizeOverflow(let shape): "the shape \(shape) has too many elements or axes"
        case .unusedBytes(let count): "\(count) bytes after those of the array"
        case .arrayNotFound(let name): "there is no array '\(name)'"
        case .duplicateName(let name): "two arrays are called '\(name)'"
        case .nameTooLong(let name): "a name of \(name.utf8.count) bytes; at most \(NumPyArchive.maximumNameSize) are allowed"
        }
    }
}
