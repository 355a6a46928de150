import Foundation

/// What can lie at a path.
package enum FileKind: Sendable, Equatable {
    case file
    case folder
    case link
    case pipe
    case socket
    /// A device that hands over byte after byte, such as `/dev/null` or a terminal.
    case characterDevice
    /// A device that stores blocks: a disk.
    case blockDevice
    case unknown

    /// The kind of what lies at a path, nil where there is nothing or nobody lets us look.
    ///
    /// - Parameter followsLinks: Whether a link counts as what it leads to.
    package init?(ofPath path: String, followsLinks: Bool = true) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: self = .unknown
        }
    }

    /// The kind in words, with its article.
    package var words: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .link: "a link"
        case .pipe: "a pipe"
        case .socket: "a socket"
        case .characterDevice, .blockDevice: "a device"
        case .unknown: "of an unknown kind"
        }
    }
}

/// What tells a file from all others, whatever path leads to it: through links, hard links and mounts too.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// The identity of what lies at a path, links followed; nil where there is nothing.
    package init?(ofPath path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Whether two paths lead to one file.
    package static func isSame(_ x: String, _ y: String) -> Bool {
        guard let first = FileIdentity(ofPath: x) else { return false }
        return first == FileIdentity(ofPath: y)
    }

    /// Whether a path, no link on it followed at its end, still leads to an open file.
    static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && FileIdentity(own) == FileIdentity(named)
    }
}

/// The descriptors that the process itself holds, which have paths too.
enum OwnDescriptor {
    /// The descriptor that a path such as `/dev/stdout`, `/dev/fd/3` or `/proc/self/fd/3` stands for, nil for other paths.
    ///
    /// Whoever opens such a path anew gets another position in the file, writes from its beginning, and cannot open a
    /// socket at all: the descriptor itself has to be used.
    static func number(ofPath path: String) -> Int32? {
        switch path {
        case "/dev/stdin": return 0
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default: break
        }
        let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/\(getpid())/fd/"]
        guard let folder = folders.first(where: path.hasPrefix) else { return nil }
        return Int32(path.dropFirst(folder.utf8.count)).flatMap { $0 >= 0 ? $0 : nil }
    }
}
