import Foundation

/// A file that is being written beside the one whose place it will take: `.NAME.partial`.
///
/// Its writer holds a lock on it, which ends with the process: whoever finds one without a lock knows that its writer
/// has died. Where several write one name at once, and where the file system has no locks, the name holds a
/// number that occurs once, and the file of a killed writer stays until somebody deletes it.
final class PartialFile {
    let descriptor: Int32
    /// The path that the user knows, for messages.
    private let shownPath: String
    private let target: String
    private var path: String?

    /// Makes the file for a path whose links have been followed.
    init(for target: String, as shownPath: String) throws(FileError) {
        self.target = target
        self.shownPath = shownPath
        let folder = FilePath.folder(of: target)
        let name = FilePath.name(of: target)
        for attempt in 0... {
            let token = attempt < 3 ? "" : ".\(UUID().uuidString)"
            let path = "\(folder)/\(PartialName.of(name, token: token))"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else {
                guard errno == EEXIST, attempt < 100 else { throw FileError(cannot: "write", shownPath) }
                _ = Self.removeStale(path)
                continue
            }
            // Between these calls another process may have taken the file for a dead one's and removed it.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
            if isLocked ? FileIdentity.isNamed(descriptor, path) : errno != EWOULDBLOCK {
                self.path = path
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
        fatalError("unreachable: the loop has no end")
    }

    deinit {
        if let path { unlink(path) }
        close(descriptor)
    }

    /// Has mode and, as far as the system allows it, owner of the file that will be replaced.
    func takeOver(_ former: stat) {
        _ = fchown(descriptor, former.st_uid, former.st_gid)
        fchmod(descriptor, former.st_mode & 0o777)
    }

    /// Takes the place of the final file.
    func takeName() throws(FileError) {
        guard let path, rename(path, target) == 0 else { throw FileError(cannot: "write", shownPath) }
        self.path = nil
    }

    /// Removes a partial file whose writer has died.
    ///
    /// - Returns: Whether it was removed.
    static func removeStale(_ path: String) -> Bool {
        guard FileKind(ofPath: path, followsLinks: false) == .file else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, FileIdentity.isNamed(descriptor, path) else { return false }
        return unlink(path) == 0
    }
}

/// The names of partial files.
enum PartialName {
    /// The longest name that file systems allow, in bytes.
    private static let maximumSize = 255

    /// The partial file's name for a file's; of a long one the end is left out.
    static func of(_ name: String, token: String) -> String {
        let end = token + AtomicFile.partialSuffix
        var kept = name[...]
        while 1 + kept.utf8.count + end.utf8.count > maximumSize { kept = kept.dropLast() }
        return ".\(kept)\(end)"
    }

    /// The file's name for a partial file's, nil for names of another form.
    static func fileName(of partial: String) -> String? {
        guard partial.utf8.first == UInt8(ascii: "."), partial.hasSuffix(AtomicFile.partialSuffix) else { return nil }
        let inner = partial.dropFirst().dropLast(AtomicFile.partialSuffix.utf8.count)
        guard let dot = inner.lastIndex(of: "."), UUID(uuidString: String(inner[inner.index(after: dot)...])) != nil else {
            return inner.isEmpty ? nil : String(inner)
        }
        return dot == inner.startIndex ? nil : String(inner[..<dot])
    }
}

extension AtomicFile {
    /// Removes the partial files in a folder that killed processes have left.
    ///
    /// Only names of the exact form are looked at, and none that a living process is writing is taken away. Where the
    /// file system has no locks, nothing is removed.
    ///
    /// - Parameters:
    ///   - folder: The folder; one that is not there holds none.
    ///   - isOwn: Whether a file's final name, such as `metrics.json`, is one that the caller writes.
    /// - Returns: The names of the removed files.
    /// - Throws: ``FileError`` where the folder cannot be read.
    @discardableResult package static func removeStalePartials(
        in folder: String, of isOwn: (String) -> Bool
    ) throws(FileError) -> [String] {
        guard FileKind(ofPath: folder) != nil else { return [] }
        return try FileFolder.content(of: folder).names.filter { partial in
            guard let name = PartialName.fileName(of: partial), isOwn(name) else { return false }
            return PartialFile.removeStale("\(folder)/\(partial)")
        }
    }
}
