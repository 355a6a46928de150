import Foundation

/// Folders of files.
package enum FileFolder {
    /// What a folder holds.
    package struct Content: Sendable, Equatable {
        /// The names, sorted by their bytes.
        package var names: [String] = []
        /// The names that are no text in UTF-8, with the bytes that are none as `\xE9`: no path leads to them.
        package var unreadableNames: [String] = []
    }

    /// Makes a folder, and those that it lies in, where they are missing; the disk has their names when this returns.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    package static func create(at path: String) throws(FileError) {
        try OpenFile.checkPath(path)
        if FileKind(ofPath: path) == .folder { return }
        let parent = FilePath.folder(of: path)
        if parent != path { try create(at: parent) }
        if mkdir(path, 0o777) == 0 { return try Durability.forceNames(of: parent) }
        let code = errno
        switch FileKind(ofPath: path) {
        // Another process has made it meanwhile.
        case .folder: return
        case nil where code == EEXIST:
            throw FileError(operation: "create", path: path, reason: "a link that leads nowhere has its name")
        case let kind?: throw FileError(operation: "create", path: path, reason: "it is \(kind.words); expected a folder")
        case nil: throw FileError(cannot: "create", path, code: code)
        }
    }

    /// The names in a folder, without `.` and `..`.
    ///
    /// - Throws: ``FileError`` where there is no such folder or it cannot be read.
    package static func content(of path: String) throws(FileError) -> Content {
        try OpenFile.checkPath(path)
        guard let folder = opendir(path) else { throw FileError(cannot: "list", path) }
        defer { closedir(folder) }
        var content = Content()
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name)!
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let bytes = UnsafeRawBufferPointer(start: start, count: strlen(start))
            guard let name = String(validating: bytes, as: UTF8.self) else {
                content.unreadableNames.append(escaped(bytes))
                continue
            }
            if name != ".", name != ".." { content.names.append(name) }
        }
        guard errno == 0 else { throw FileError(cannot: "list", path) }
        content.names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        content.unreadableNames.sort()
        return content
    }

    /// Removes a file or a link, not what it leads to; where there is none, nothing happens.
    ///
    /// - Throws: ``FileError`` where the system refuses, as for a folder.
    package static func removeFile(at path: String) throws(FileError) {
        try OpenFile.checkPath(path)
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw FileError(cannot: "remove", path)
    }

    /// Removes a folder that is empty; where there is none, nothing happens.
    ///
    /// - Throws: ``FileError`` where the system refuses, as for a folder that holds anything.
    package static func removeEmpty(at path: String) throws(FileError) {
        try OpenFile.checkPath(path)
        guard rmdir(path) != 0, errno != ENOENT else { return }
        throw FileError(cannot: "remove", path)
    }

    private static func escaped(_ bytes: UnsafeRawBufferPointer) -> String {
        bytes.map { byte in
            (0x20..<0x7f).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}

/// The parts of a path.
enum FilePath {
    /// The folder that a path's last part lies in.
    static func folder(of path: String) -> String {
        let end = path.utf8.lastIndex { $0 != slash }
        // Nothing but slashes is the root, which lies in itself.
        guard let end else { return path.isEmpty ? "." : "/" }
        guard let separator = path.utf8[...end].lastIndex(of: slash) else { return "." }
        let last = path.utf8[..<separator].lastIndex { $0 != slash }
        return last.map { String(Substring(path.utf8[...$0])) } ?? "/"
    }

    /// A path's last part.
    static func name(of path: String) -> String {
        guard let end = path.utf8.lastIndex(where: { $0 != slash }) else { return path.isEmpty ? "" : "/" }
        let start = path.utf8[...end].lastIndex(of: slash).map { path.utf8.index(after: $0) } ?? path.startIndex
        return String(Substring(path.utf8[start...end]))
    }

    private static let slash = UInt8(ascii: "/")
}

/// What the disk has, and not only the system's memory.
enum Durability {
    /// Forces a file's bytes to the disk.
    static func force(_ descriptor: Int32, path: String) throws(FileError) {
        guard fsync(descriptor) != 0, !isUnsupported(errno) else { return }
        throw FileError(cannot: "write", path)
    }

    /// Forces the names in a folder to the disk.
    static func forceNames(of folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A folder that may be written and not listed cannot be opened, and is no reason to fail.
        if descriptor < 0, errno == EACCES { return }
        guard descriptor >= 0 else { throw FileError(cannot: "open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) != 0, !isUnsupported(errno) else { return }
        throw FileError(cannot: "synchronize", folder)
    }

    /// Network file systems and those in user space often cannot force folders; they decide themselves what they keep.
    private static func isUnsupported(_ code: Int32) -> Bool { [EINVAL, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(code) }
}
