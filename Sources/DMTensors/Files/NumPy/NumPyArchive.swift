/// Named arrays in NumPy's archive format, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// ```swift
/// let archive = try NumPyArchive(path: "features.npz")
/// for name in archive.names { print(name, try archive.array(named: name).shape) }
/// try NumPyArchive.write([(name: "mean", array: StoredArray(mean))], to: "mean.npz", isCompressed: true)
/// ```
///
/// A zip archive of one `npy` file for each array. Opening one reads its directory; an array is read, inflated and
/// compared with its checksum when it is asked for. A compressed array is at most 1032 times its compressed bytes, which
/// is what the compression can do: whoever does not trust a file looks at ``sizes`` first.
public struct NumPyArchive: Sendable {
    private let archive: ZipArchive

    /// Opens a file.
    ///
    /// - Throws: ``NumPyFileError`` where it cannot be read or is no archive.
    public init(path: String) throws(NumPyFileError) {
        let file: ByteRegion
        do throws(FileError) { file = try ByteRegion(mapping: path) } catch { throw .file(error) }
        try self.init(file)
    }

    /// Opens the bytes of a file.
    ///
    /// - Throws: ``NumPyFileError`` where they are no archive.
    public init(bytes: [UInt8]) throws(NumPyFileError) {
        try self.init(ByteRegion(copying: bytes))
    }

    private init(_ file: ByteRegion) throws(NumPyFileError) {
        do throws(ZipError) { archive = try ZipArchive(file) } catch { throw .archive(error) }
    }

    /// The names of the arrays, in the file's order.
    public var names: [String] { archive.entries.map { Self.name(ofEntry: $0.name) } }

    /// The bytes that each array takes up once it is read, with its header, in the file's order.
    public var sizes: [Int] { archive.entries.map(\.size) }

    /// The array of a name.
    ///
    /// - Throws: ``NumPyFileError`` where there is none, or it is damaged.
    public func array(named name: String) throws(NumPyFileError) -> StoredArray {
        guard let entry = archive[name + Self.suffix] ?? archive[name] else { throw .arrayNotFound(name) }
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
        var names: Set<String> = []
        for (name, array) in arrays {
            guard name.utf8.count <= maximumNameSize else { throw .nameTooLong(name) }
            guard names.insert(name).inserted else { throw .duplicateName(name) }
            let bytes = ByteRegion(copying: try NumPyFile(array).bytes())
            writer.append(name + suffix, bytes, isDeflated: isCompressed)
        }
        return writer.finished()
    }
}
