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
