public import DMTensors

/// Named arrays in NumPy's archive format, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// ```swift
/// let archive = try NumPyArchive(path: "features.npz")
/// for name in archive.names { print(name, try archive.array(named: name).shape) }
/// try NumPyArchive.write([(name: "mean", array: StoredArray(mean))], to: "mean.npz", isCompressed: true)
/// ```
///
/// A zip archive of one `npy` file for each array. Opening one reads its directory; an array is read, inflated and
/// compared with its checksum when it is asked for, and its size with that of its shape before. A few bytes can stand for a
/// thousand times as many: how many an archive may stand for is an argument, and ``sizes`` tells before anything is
/// inflated.
public struct NumPyArchive: Sendable {
    /// The names of the arrays, in the file's order.
    public let names: [String]
    private let archive: ZipArchive

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - inflatedLimit: The most bytes that the compressed arrays together may have; by default 16 times those of the
    ///     file, and 256 MiB at least.
    /// - Throws: ``NumPyFileError`` where it cannot be read or is no archive of arrays.
    public init(path: String, inflatedLimit: Int? = nil) throws(NumPyFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file, inflatedLimit)
    }

    /// Opens the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - inflatedLimit: The most bytes that the compressed arrays together may have; by default 16 times those of the
    ///     file, and 256 MiB at least.
    /// - Throws: ``NumPyFileError`` where they are no archive of arrays.
    public init(bytes: [UInt8], inflatedLimit: Int? = nil) throws(NumPyFileError) {
        try self.init(ByteRegion(copying: bytes), inflatedLimit)
    }

    private init(_ file: ByteRegion, _ inflatedLimit: Int?) throws(NumPyFileError) {
        let limit = inflatedLimit ?? max(256 << 20, file.count.multipliedReportingOverflow(by: 16).partialValue)
        do throws(ZipError) { archive = try ZipArchive(file, inflatedLimit: limit) } catch { throw .archive(error) }
        names = archive.entries.map { Self.name(ofEntry: $0.name) }
        var known: Set<ExactName> = []
        for name in names where !known.insert(ExactName(name)).inserted { throw .duplicateName(name) }
    }

    /// The bytes that each array takes up once it is read, with its header, in the file's order.
    public var sizes: [Int] { archive.entries.map(\.size) }

    /// The array of a name.
    ///
    /// - Throws: ``NumPyFileError`` where there is none, or it is damaged.
    public func array(named name: String) throws(NumPyFileError) -> StoredArray {
        guard let entry = archive[name + Self.suffix] ?? archive[name] else { throw .arrayNotFound(name) }
        // What is to be inflated is compared with the shape first.
        let start = entry.start(count: NumPyHeader.maximumEnd)
        try NumPyFile.checkSize(NumPyHeader(startOf: start), fileSize: entry.size)
        let content: ByteRegion
        do throws(ZipError) { content = try entry.content() } catch { throw .archive(error) }
        return try NumPyFile(content).array
    }

    /// All arrays by name, in the file's order.
    ///
    /// - Throws: ``NumPyFileError`` where one is damaged.
    public func arrays() throws(NumPyFileError) -> [(name: String, array: StoredArray)] {
        var arrays: [(name: String, array: StoredArray)] = []
        for name in names { arrays.append((name, try array(named: name))) }
        return arrays
    }

    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// - Parameter prefix: The beginning of the names, such as `encoder.`; all arrays by default.
    /// - Throws: ``NumPyFileError`` where an array, under the prefix or not, is damaged.
    public func parameterValues(prefix: String = "") throws(NumPyFileError) -> ParameterValues {
        try arrays().parameterValues(prefix: prefix)
    }

    static let maximumNameSize = 65_000

    private static let suffix = ".npy"

    private static func name(ofEntry name: String) -> String { name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name }
}

extension NumPyArchive {
    /// Writes a file, as a whole or not at all.
    ///
    /// - Parameters:
    ///   - arrays: The arrays by name; no name occurs twice.
    ///   - path: The final path, in a folder that exists.
    ///   - isCompressed: Whether the arrays are deflated.
    /// - Throws: ``NumPyFileError`` where it cannot be written, two arrays have one name, or one is no array of NumPy's.
    public static func write(
        _ arrays: [(name: String, array: StoredArray)], to path: String, isCompressed: Bool = false
    ) throws(NumPyFileError) {
        let parts = try parts(arrays, isCompressed: isCompressed)
        do throws(FileError) { try AtomicFile.write(parts, to: path) } catch { throw .file(error) }
    }

    /// The bytes of the file of the given arrays.
    ///
    /// - Throws: ``NumPyFileError`` where two arrays have one name, or one is no array of NumPy's.
    public static func bytes(
        _ arrays: [(name: String, array: StoredArray)], isCompressed: Bool = false
    ) throws(NumPyFileError) -> [UInt8] {
        try parts(arrays, isCompressed: isCompressed).joinedBytes
    }

    private static func parts(
        _ arrays: [(name: String, array: StoredArray)], isCompressed: Bool
    ) throws(NumPyFileError) -> [ByteRegion] {
        var writer = ZipWriter()
        var names: Set<ExactName> = []
        for (name, array) in arrays {
            guard name.utf8.count <= maximumNameSize else { throw .nameTooLong(name) }
            guard names.insert(ExactName(name)).inserted else { throw .duplicateName(name) }
            writer.append(name + suffix, ByteRegion(joining: try NumPyFile(array).parts()), isDeflated: isCompressed)
        }
        return writer.finished()
    }
}
