import Foundation

/// The claim of one process on a folder, or on whatever else a file stands for; it ends with the object or the process.
///
/// ```text
/// let lock = try FileLock(at: "runs/a/.lock")
/// if !lock.isEnforced { print("warning: \(lock.path): this file system has no locks") }
/// ```
///
/// The lock is the system's (`flock`), not the file: a file that a killed process left behind hinders nobody. It binds
/// those alone who ask for it. Every object is a claim of its own, within one process too.
package final class FileLock: Sendable {
    /// The path of the file.
    package let path: String
    /// Whether others are kept out; they are not where the file system has no locks.
    package let isEnforced: Bool
    private let descriptor: Int32

    /// Claims a file, which is made where there is none.
    ///
    /// - Parameter path: A path of its own, in a folder that exists; whatever a file there holds is replaced.
    /// - Throws: ``FileLockError`` where another one holds it, or the system refuses.
    package init(at path: String) throws(FileLockError) {
        do throws(FileError) { try OpenFile.checkPath(path) } catch { throw .file(error) }
        self.path = path
        while true {
            if let kind = FileKind(ofPath: path, followsLinks: false), kind != .file {
                throw .file(FileError(operation: "lock", path: path, reason: "it is \(kind.words); expected a file"))
            }
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
            guard descriptor >= 0 else { throw .file(FileError(cannot: "lock", path)) }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                let code = errno
                guard [ENOLCK, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(code) else {
                    defer { close(descriptor) }
                    guard code == EWOULDBLOCK else { throw .file(FileError(cannot: "lock", path, code: code)) }
                    throw .held(path: path, by: FileLockHolder(descriptor))
                }
                isEnforced = false
                self.descriptor = descriptor
                return
            }
            // The former holder removes the file at its end: a lock on a file that no path leads to keeps nobody out.
            if FileIdentity.isNamed(descriptor, path) {
                FileLockHolder.current.write(to: descriptor)
                isEnforced = true
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        if FileIdentity.isNamed(descriptor, path) { unlink(path) }
        close(descriptor)
    }
}

/// The process that holds a lock, as it says itself.
package struct FileLockHolder: Equatable, Sendable, CustomStringConvertible {
    /// The number of the process on its machine.
    package let process: Int
    /// The name of its machine.
    package let host: String
    /// When it took the lock, as in `2026-03-01T09:30:00Z`.
    package let since: String

    /// The holder in words.
    package var description: String { "process \(process) on \(host) since \(since)" }

    fileprivate static var current: FileLockHolder {
        var name = [CChar](repeating: 0, count: 256)
        let host =
            gethostname(&name, name.count - 1) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
        return FileLockHolder(process: Int(getpid()), host: host.isEmpty ? "this machine" : host, since: Date.now.formatted(.iso8601))
    }

    private init(process: Int, host: String, since: String) {
        self.process = process
        self.host = host
        self.since = since
    }

    /// What the holder has written, nil where it is not of the form.
    fileprivate init?(_ descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, bytes[..<count].allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x0a }) else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, let process = Int(lines[0]) else { return nil }
        self.init(process: process, host: String(lines[1]), since: String(lines[2]))
    }

    /// A disk without room takes nothing from the lock: it only remains nameless.
    fileprivate func write(to descriptor: Int32) {
        let bytes = Array("\(process)\n\(host)\n\(since)\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }
}

/// Why a lock cannot be had.
package enum FileLockError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system does not let us make or open the file.
    case file(FileError)
    /// Another process, or another part of this one, holds it; nil where it has not said which.
    case held(path: String, by: FileLockHolder?)

    /// The error in one line.
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .held(let path, let holder): "'\(path)' is in use by \(holder?.description ?? "another process")"
        }
    }
}
