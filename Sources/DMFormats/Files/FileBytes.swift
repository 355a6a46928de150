import Foundation

/// Whole files as bytes.
public enum FileBytes {
    /// The most bytes that are read unless a caller says otherwise: 2 GiB.
    public static let defaultLimit = 1 << 31

    /// The bytes of a file of at most 2 GiB.
    ///
    /// - Throws: ``FileError`` where there is no such file, it is too large, or it cannot be read.
    public static func read(_ path: String) throws(FileError) -> [UInt8] { try read(path, limit: defaultLimit) }

    /// The bytes of a file.
    ///
    /// - Parameters:
    ///   - path: A regular file; a folder, a pipe, a socket or a device is refused.
    ///   - limit: The most bytes that the file may have.
    /// - Throws: ``FileError`` where there is no such file, it is too large, or it cannot be read.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try OpenFile(reading: path)
        guard file.size <= limit else { throw tooLarge(path, "it has \(file.size) bytes", limit) }
        // Files of the system's own tables say that they are empty, and are not.
        if file.size == 0 { return try readToEnd(file, limit: limit) }
        var count = 0
        let bytes = try [UInt8](capacity: file.size) { target throws(FileError) in
            count = try file.read(into: target)
            return count
        }
        guard count == file.size else { throw FileError(operation: "read", path: path, reason: "it became shorter while it was read") }
        return bytes
    }

    /// The bytes of a file or of a stream: a pipe, a terminal, another device, or the standard input.
    ///
    /// A pipe is read until its last writer closes it. Of one with a name, the first byte has to come within ten seconds.
    ///
    /// - Parameters:
    ///   - path: The path, `/dev/stdin` and the shell's `<(command)` among them.
    ///   - limit: The most bytes that may come; a stream has no size that could be looked at before.
    /// - Throws: ``FileError`` where there is no such file, more comes, or it cannot be read.
    package static func readStream(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        try OpenFile.checkPath(path)
        let own = OwnDescriptor.number(ofPath: path)
        if own == nil, FileKind(ofPath: path) == .file { return try read(path, limit: limit) }
        if own == nil, FileKind(ofPath: path) == .socket {
            throw FileError(operation: "read", path: path, reason: "it is a socket; expected a file or a pipe")
        }
        let descriptor = own.map { fcntl($0, F_DUPFD_CLOEXEC, 0) } ?? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw FileError(cannot: "open", path) }
        let stream = try OpenFile(path, owning: descriptor) { kind throws(FileError) in
            guard ![.folder, .blockDevice].contains(kind) else {
                throw FileError(operation: "read", path: path, reason: "it is \(kind.words); expected a file or a pipe")
            }
        }
        if own == nil {
            try waitForWriter(of: stream)
            // From here on a slow writer is waited for.
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        }
        return try readToEnd(stream, limit: limit)
    }

    /// Adds bytes at the end of a file, which is made where there is none.
    ///
    /// The bytes have left the program when this returns: they survive its end, and the computer's where they are
    /// forced to the disk. On failure the file is as long as it was.
    ///
    /// - Parameters:
    ///   - bytes: What is added.
    ///   - path: A regular file, in a folder that exists.
    ///   - isForced: Whether to return only once the disk has them.
    /// - Throws: ``FileError`` where the system refuses, or the path leads to what is no file.
    public static func append(_ bytes: [UInt8], to path: String, isForced: Bool = false) throws(FileError) {
        try OpenFile.checkPath(path)
        if let kind = FileKind(ofPath: path), kind != .file {
            throw FileError(operation: "write", path: path, reason: "it is \(kind.words); expected a file")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw FileError(cannot: "open", path) }
        defer { close(descriptor) }
        let former = lseek(descriptor, 0, SEEK_END)
        do throws(FileError) {
            try write(ByteRegion(copying: bytes), to: descriptor, path: path)
        } catch {
            // A part of a line would make one with the next.
            if former >= 0 { ftruncate(descriptor, former) }
            throw error
        }
        if isForced { try Durability.force(descriptor, path: path) }
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

    private static func readToEnd(_ file: OpenFile, limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(file.descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(cannot: "read", file.path) }
            if count == 0 { return bytes }
            guard count <= limit - bytes.count else { throw tooLarge(file.path, "more comes", limit) }
            bytes += chunk[..<count]
        }
    }

    /// Waits until a pipe holds a byte or has lost its writer again.
    private static func waitForWriter(of stream: OpenFile) throws(FileError) {
        let seconds: Int32 = 10
        var request = pollfd(fd: stream.descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = ContinuousClock.now + .seconds(Int(seconds))
        while true {
            let left = max(.zero, deadline - .now) / .milliseconds(1)
            let status = poll(&request, 1, Int32(left.rounded(.up)))
            if status > 0 { return }
            if status < 0, errno == EINTR { continue }
            guard status == 0 else { throw FileError(cannot: "read", stream.path) }
            throw FileError(operation: "read", path: stream.path, reason: "nobody wrote to it for \(seconds) seconds")
        }
    }

    private static func tooLarge(_ path: String, _ found: String, _ limit: Int) -> FileError {
        FileError(operation: "read", path: path, reason: "\(found); at most \(limit) bytes are read")
    }
}

extension [UInt8] {
    /// As many bytes, of at most `capacity`, as `body` says that it has written.
    fileprivate init(
        capacity: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    ) throws(FileError) {
        var failure: FileError?
        self.init(unsafeUninitializedCapacity: capacity) { target, count in
            do throws(FileError) {
                count = try body(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<capacity]))
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
