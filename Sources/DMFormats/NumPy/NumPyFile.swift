import DMTensors

/// One array in NumPy's format, as `numpy.save` writes it.
///
/// ```swift
/// let labels = Tensor<Int32>(converting: try NumPyFile(path: "labels.npy").array)
/// try NumPyFile(StoredArray(labels)).write(to: "copy.npy")
/// ```
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0, both orders of
/// bytes and of axes. What is written equals NumPy's own file byte for byte.
public struct NumPyFile: Sendable {
    /// The array.
    public let array: StoredArray

    /// The largest header that is read, in bytes: arrays of numbers need a few hundred.
    public static let maximumHeaderSize = 1 << 16

    /// A file of the given array; NumPy has no bfloat16.
    public init(_ array: StoredArray) { self.array = array }

    /// Opens a file; the array stays in it until it is asked for.
    ///
    /// - Throws: ``NumPyFileError`` where it cannot be read or is not of the format.
    public init(path: String) throws(NumPyFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``NumPyFileError`` where they are not of the format.
    public init(bytes: [UInt8]) throws(NumPyFileError) {
        try self.init(ByteRegion(copying: bytes))
    }

    init(_ file: ByteRegion) throws(NumPyFileError) {
        let header = try NumPyHeader(startOf: file)
        try Self.checkSize(header, fileSize: file.count)
        array = StoredArray(
            header.elementType, shape: header.shape,
            strides: header.isColumnMajor ? ElementLayout.columnMajorStrides(of: header.shape) : nil,
            isByteSwapped: header.isBigEndian, bytes: file[header.end..<file.count])
    }

    /// Refuses a file whose bytes are not as many as its header announces.
    static func checkSize(_ header: NumPyHeader, fileSize: Int) throws(NumPyFileError) {
        guard header.shape.count <= maximumRank, let count = ElementLayout.count(header.shape) else {
            throw .sizeOverflow(shape: header.shape)
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: header.elementType.size)
        guard !overflow else { throw .sizeOverflow(shape: header.shape) }
        let found = fileSize - header.end
        guard size <= found else { throw .truncated(expected: size, found: found) }
        guard size == found else { throw .unusedBytes(count: found - size) }
    }

    /// Writes a file, as a whole or not at all.
    ///
    /// - Throws: ``NumPyFileError`` where it cannot be written, or is of bfloat16.
    public func write(to path: String) throws(NumPyFileError) {
        let parts = try parts()
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file.
    ///
    /// - Throws: ``NumPyFileError/unsupportedType(_:)`` where the array is of bfloat16.
    public func bytes() throws(NumPyFileError) -> [UInt8] { try parts().joinedBytes }

    /// The bytes of the file, one part after another.
    func parts() throws(NumPyFileError) -> [ByteRegion] {
        [ByteRegion(copying: try NumPyHeader(array).bytes()), array.contiguousBytes]
    }

    /// NumPy's own limit.
    static let maximumRank = 64
}

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
        case .archive(.tooLarge(let inflated, let limit)):
            "the compressed arrays stand for \(inflated) bytes; at most \(limit) are allowed unless the argument inflatedLimit says more"
        case .archive(let error): error.description
        case .unknownFormat: "not in NumPy's format: expected \"\\x93NUMPY\" at the beginning"
        case .unsupportedVersion(let major, let minor): "version \(major).\(minor) of the format; expected 1.0, 2.0 or 3.0"
        case .truncated(let expected, let found): "the file is cut off: expected \(expected) bytes, found \(found)"
        case .headerTooLarge(let size): "a header of \(size) bytes; at most \(NumPyFile.maximumHeaderSize) are allowed"
        case .malformedHeader(let offset, let expected): "malformed header at byte \(offset): expected \(expected)"
        case .unsupportedType(let type): "elements of type '\(type.quoted)' are not supported; expected numbers or truth values"
        case .sizeOverflow(let shape):
            "the shape \(shape.count > NumPyFile.maximumRank ? "of \(shape.count) axes" : "\(shape)") has too many elements or axes"
        case .unusedBytes(let count): "\(count) bytes after those of the array"
        case .arrayNotFound(let name): "there is no array '\(name.quotedName)'"
        case .duplicateName(let name): "two arrays are called '\(name.quotedName)'"
        case .nameTooLong(let name): "a name of \(name.utf8.count) bytes; at most \(NumPyArchive.maximumNameSize) are allowed"
        }
    }
}
