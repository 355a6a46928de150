import Foundation

/// A file that is open for reading, closed with its last holder.
///
/// Nothing waits: what is no regular file is refused before it is opened, as a pipe would wait for its writer, and the
/// opening of a device can do things.
package final class OpenFile: Sendable {
    /// The path, for messages.
    package let path: String
    /// The system's number of the open file.
    package let descriptor: Int32
    /// The bytes of the file when it was opened.
    package let size: Int

    /// Opens a regular file.
    ///
    /// - Throws: ``FileError`` where there is none, it is of another kind, or it cannot be read.
    package convenience init(reading path: String) throws(FileError) {
        try Self.checkPath(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(cannot: "open", path) }
        try Self.checkKind(FileKind(status), path)
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(cannot: "open", path) }
        try self.init(path, owning: descriptor) { kind throws(FileError) in try Self.checkKind(kind, path) }
    }

    /// Takes over a descriptor, which is closed where its kind is refused.
    init(_ path: String, owning descriptor: Int32, check: (FileKind) throws(FileError) -> Void) throws(FileError) {
        self.path = path
        self.descriptor = descriptor
        var status = stat()
        // From here on the descriptor is the object's, which closes it when an error is thrown as well.
        size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : -1
        guard size >= 0 else { throw FileError(cannot: "read", path) }
        try check(FileKind(status))
    }

    deinit { close(descriptor) }

    /// Fills memory with the file's next bytes.
    ///
    /// - Returns: How many there were; fewer than asked for at the file's end only.
    /// - Throws: ``FileError`` where the system refuses.
    package func read(into target: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var filled = 0
        while filled < target.count {
            let count = Foundation.read(descriptor, target.baseAddress! + filled, target.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(cannot: "read", path) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// A path of the system's ends at its first null character: another file would be meant.
    static func checkPath(_ path: String) throws(FileError) {
        if path.isEmpty { throw FileError(operation: "open", path: path, reason: "the path is empty") }
        if path.utf8.contains(0) { throw FileError(operation: "open", path: "", reason: "the path holds a null character") }
    }

    private static func checkKind(_ kind: FileKind, _ path: String) throws(FileError) {
        guard kind == .file else { throw FileError(operation: "read", path: path, reason: "it is \(kind.words); expected a file") }
    }
}
