import Foundation

/// Files that are there as a whole or not at all, whatever happens while they are written.
public enum AtomicFile {
    /// The end of the names of files that are still being written; what a killed run leaves behind can be deleted.
    public static let partialSuffix = ".partial"

    /// Writes a file so that a reader, and the disk after a crash, has either the old bytes or the new ones.
    ///
    /// The bytes go to a new file in the same folder, are forced to the disk, and take the final name in one
    /// step; the folder is forced to the disk after that. On failure the old file stays as it was.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: The final path, in a folder that exists.
    /// - Throws: ``FileError`` where the system refuses, for instance because the disk is full.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try write([ByteRegion(copying: bytes)], to: path)
    }

    /// Writes a text, encoded in UTF-8, in the same way.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes bytes that lie in several places, one part after another, in the same way.
    static func write(_ parts: [ByteRegion], to path: String) throws(FileError) {
        let (folder, name) = split(path)
        let partial = "\(folder)/.\(name).\(UUID().uuidString)\(partialSuffix)"
        do throws(FileError) {
            try create(partial, parts)
            guard rename(partial, path) == 0 else { throw FileError(cannot: "write", path) }
        } catch {
            unlink(partial)
            throw error
        }
        try synchronize(folder: folder)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }

    private static func create(_ path: String, _ parts: [ByteRegion]) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard descriptor >= 0 else { throw FileError(cannot: "create", path) }
        do throws(FileError) {
            for part in parts { try FileBytes.write(part, to: descriptor, path: path) }
            guard fsync(descriptor) == 0 else { throw FileError(cannot: "write", path) }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw FileError(cannot: "write", path) }
    }

    /// Forces the names of a folder's files to the disk.
    private static func synchronize(folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY)
        guard descriptor >= 0 else { throw FileError(cannot: "open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(cannot: "synchronise", folder) }
    }
}

/// Whole files as bytes.
public enum FileBytes {
    /// The bytes of a file.
    ///
    /// - Throws: ``FileError`` where there is no such file, or it cannot be read.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw FileError(cannot: "open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(cannot: "read", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(cannot: "read", path) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Adds bytes at the end of a file, which is made where there is none.
    ///
    /// The bytes have left the program when this returns: they survive its end, though not the computer's.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    public static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw FileError(cannot: "open", path) }
        defer { close(descriptor) }
        try write(ByteRegion(copying: bytes), to: descriptor, path: path)
    }

    /// Writes all bytes, however many calls the system takes for it.
    static func write(_ region: ByteRegion, to descriptor: Int32, path: String) throws(FileError) {
        try region.withUnsafeBytes { bytes throws(FileError) in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw FileError(cannot: "write", path) }
                written += count
            }
        }
    }
}

/// Folders of files.
package enum FileFolder {
    /// Makes a folder, and those that it lies in, where they are missing.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    package static func create(at path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(operation: "create", path: path, reason: error.localizedDescription)
        }
    }
}

/// A file that the operating system does not let us read or write.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as "write".
    public let operation: String
    /// The path of the file.
    public let path: String
    /// The operating system's reason.
    public let reason: String

    /// An error of the given parts.
    public init(operation: String, path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// An error with the reason of the last system call.
    init(cannot operation: String, _ path: String, code: Int32 = errno) {
        self.init(operation: operation, path: path, reason: String(cString: strerror(code)))
    }

    /// Operation, path and reason, in one line.
    public var description: String { "cannot \(operation) '\(path)': \(reason)" }
}
