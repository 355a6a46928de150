/// What is wrong with a zip archive.
public enum ZipError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no directory at the end: the file is cut off, or no archive.
    case missingDirectory
    /// A record is not what it has to be.
    case malformedRecord(offset: Int, expected: String)
    /// Two entries have one name.
    case duplicateName(String)
    /// The bytes of an entry overlap those of another one or of the directory.
    case overlap(entry: String)
    /// An entry is encrypted.
    case encrypted(entry: String)
    /// An entry is compressed in another way than deflate.
    case unsupportedCompression(entry: String, method: Int)
    /// An entry announces more bytes than its compressed ones can stand for.
    case impossibleSize(entry: String, announced: UInt64, compressed: UInt64)
    /// The compressed entries stand for more bytes than are allowed.
    case tooLarge(inflated: UInt64, limit: Int)
    /// An entry's compressed bytes do not give as many bytes as it announces.
    case damagedCompression(entry: String)
    /// An entry's bytes do not have the checksum that the directory states.
    case checksumMismatch(entry: String, expected: UInt32, found: UInt32)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .missingDirectory: "no zip directory at the end: the file is cut off, or no archive"
        case .malformedRecord(let offset, let expected): "malformed zip record at byte \(offset): expected \(expected)"
        case .duplicateName(let name): "two entries are called '\(name)'"
        case .overlap(let entry): "entry '\(entry)': its bytes overlap others"
        case .encrypted(let entry): "entry '\(entry)' is encrypted"
        case .unsupportedCompression(let entry, let method):
            "entry '\(entry)': compression method \(method) is not supported; expected stored (0) or deflated (8)"
        case .impossibleSize(let entry, let announced, let compressed):
            "entry '\(entry)': \(compressed) compressed bytes cannot stand for the \(announced) that are announced"
        case .tooLarge(let inflated, let limit):
            "the compressed entries stand for \(inflated) bytes; at most \(limit) are allowed"
        case .damagedCompression(let entry): "entry '\(entry)': its compressed bytes are damaged or of another size than announced"
        case .checksumMismatch(let entry, let expected, let found):
            "entry '\(entry)': expected checksum \(String(expected, radix: 16)), found \(String(found, radix: 16))"
        }
    }
}
