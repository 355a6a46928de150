import Foundation

/// Files that are there as a whole or not at all, whatever happens while they are written.
public enum AtomicFile {
    /// The end of the names of files that are still being written.
    ///
    /// A killed process leaves such a file behind. The next writer of the same name takes it away; until then it can be
    /// deleted.
    public static let partialSuffix = ".partial"

    /// Writes a file so that a reader, and the disk after a crash, has either the old bytes or the new ones.
    ///
    /// The bytes go to a new file in the same folder, are forced to the disk, and take the final name in one
    /// step; the folder is forced to the disk after that. On failure the old file stays as it was.
    ///
    /// What is there already decides how:
    ///
    /// - A file is replaced, and the new one has its mode. One that may not be written is left alone.
    /// - A link stays, and what it leads to is written.
    /// - A pipe, a terminal or another device such as `/dev/null` or `/dev/stdout` is written into, and never replaced.
    /// - A folder, a socket or a disk is refused.
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
        switch try WriteTarget(path) {
        case .stream(let descriptor):
            defer { close(descriptor) }
            for part in parts { try FileBytes.write(part, to: descriptor, path: path) }
        case .file(let target, let former):
            let partial = try PartialFile(for: target, as: path)
            if let former { partial.takeOver(former) }
            for part in parts { try FileBytes.write(part, to: partial.descriptor, path: path) }
            try Durability.force(partial.descriptor, path: path)
            try partial.takeName()
            try Durability.forceNames(of: FilePath.folder(of: target))
        }
    }
}

/// Where the bytes for a path go.
private enum WriteTarget {
    /// A regular file, with what is there now.
    case file(path: String, former: stat?)
    /// What is written into: a descriptor that the caller closes.
    case stream(Int32)

    /// As many links as Linux itself follows.
    private static let maximumLinkCount = 40

    init(_ path: String) throws(FileError) {
        try OpenFile.checkPath(path)
        var target = path
        for _ in 0...Self.maximumLinkCount {
            if let own = OwnDescriptor.number(ofPath: target) {
                self = .stream(try Self.opened(fcntl(own, F_DUPFD_CLOEXEC, 0), path))
                return
            }
            var status = stat()
            guard lstat(target, &status) == 0 else {
                guard errno == ENOENT else { throw FileError(cannot: "write", path) }
                guard target.utf8.last != UInt8(ascii: "/") else {
                    throw FileError(operation: "write", path: path, reason: "it is the path of a folder")
                }
                self = .file(path: target, former: nil)
                return
            }
            switch FileKind(status) {
            case .link: target = try Self.destination(ofLink: target, path)
            case .file:
                guard access(target, W_OK) == 0 else { throw FileError(cannot: "write", path) }
                self = .file(path: target, former: status)
                return
            case .pipe:
                // Opening waits for a reader unless it is told not to; writing waits for one that is slow.
                let descriptor = open(target, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
                if descriptor < 0, errno == ENXIO {
                    throw FileError(operation: "write", path: path, reason: "it is a pipe that nobody reads")
                }
                self = .stream(try Self.opened(descriptor, path))
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
                return
            case .characterDevice:
                self = .stream(try Self.opened(open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY), path))
                return
            case .folder, .socket, .blockDevice, .unknown:
                throw FileError(operation: "write", path: path, reason: "it is \(FileKind(status).words); expected a file")
            }
        }
        throw FileError(cannot: "write", path, code: ELOOP)
    }

    private static func opened(_ descriptor: Int32, _ path: String) throws(FileError) -> Int32 {
        guard descriptor >= 0 else { throw FileError(cannot: "write", path) }
        return descriptor
    }

    /// The path that a link names; a relative one counts from the link's folder.
    private static func destination(ofLink link: String, _ path: String) throws(FileError) -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let capacity = bytes.count
        let count = bytes.withUnsafeMutableBytes { readlink(link, $0.baseAddress!.assumingMemoryBound(to: CChar.self), capacity) }
        guard count >= 0 else { throw FileError(cannot: "write", path) }
        guard let destination = String(validating: bytes[..<count], as: UTF8.self) else {
            throw FileError(operation: "write", path: path, reason: "it is a link to a name that is not in UTF-8")
        }
        return destination.utf8.first == UInt8(ascii: "/") ? destination : "\(FilePath.folder(of: link))/\(destination)"
    }
}
