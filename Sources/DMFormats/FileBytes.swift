import Foundation

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
