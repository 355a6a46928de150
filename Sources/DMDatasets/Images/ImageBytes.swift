import Foundation

/// An image file in memory, its format known by its first bytes.
struct ImageBytes {
    let path: String
    let format: ImageFormat
    let bytes: [UInt8]

    /// Reads a file, unless its first bytes are of no format that is read.
    ///
    /// Pipes and devices are refused at once: whoever opened them to read might wait for ever.
    init(path: String, limits: ImageLimits) throws(ImageFileError) {
        func failure(_ found: String) -> ImageFileError {
            ImageFileError(path: path, expected: "a \(ImageFormat.list) image", found: found)
        }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(Self.obstacle(errno, at: path)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
        if let kind = Self.otherKind(status.st_mode) { throw failure(kind) }
        let count = Int(status.st_size)
        let start = try Self.read(descriptor, count: min(count, ImageFormat.headCount), path: path)
        switch ImageFormat.Recognition(of: start, fileCount: count) {
        case .read(let format): self.format = format
        case .other(let kind): throw failure(kind)
        }
        guard count <= limits.bytes else {
            throw ImageFileError(path: path, expected: "a file of at most \(limits.bytes) bytes", found: "one of \(count)")
        }
        bytes = try Self.read(descriptor, count: count, path: path)
        self.path = path
    }

    /// Whether the first bytes of a file are of a format that is read; false where they cannot be looked at.
    static func isImage(at path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        do throws(ImageFileError) {
            let head = try read(descriptor, count: ImageFormat.headCount, path: path)
            if case .read = ImageFormat.Recognition(of: head, fileCount: head.count) { return true }
            return false
        } catch {
            return false
        }
    }

    /// The first bytes of a file, fewer where it was shortened meanwhile.
    private static func read(_ descriptor: Int32, count: Int, path: String) throws(ImageFileError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let step = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(filled))
                if step < 0, errno == EINTR { continue }
                if step < 0 { failure = errno }
                if step <= 0 { break }
                filled += step
            }
        }
        guard failure == 0 else {
            throw ImageFileError(path: path, expected: "an image that can be read", found: String(cString: strerror(failure)))
        }
        return bytes
    }

    /// What a file is that is no regular one.
    private static func otherKind(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    /// Why a file cannot be opened.
    private static func obstacle(_ code: Int32, at path: String) -> String {
        guard code == ENOENT else { return code == ENXIO ? "a socket or device" : String(cString: strerror(code)) }
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK ? "a link to a file that is not there" : "no file"
    }
}
