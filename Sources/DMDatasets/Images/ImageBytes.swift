import DMFormats

/// An image file in memory, its format known by its first bytes.
struct ImageBytes {
    let path: String
    let format: ImageFormat
    let bytes: [UInt8]

    /// Reads a file, unless its first bytes are of no format that is read.
    init(path: String, limits: ImageLimits) throws(ImageFileError) {
        func failure(_ found: String) -> ImageFileError {
            ImageFileError(path: path, expected: "a \(ImageFormat.list) image", found: found)
        }
        let file: OpenFile
        do { file = try OpenFile(reading: path) } catch { throw failure(Self.obstacle(error)) }
        func read(after head: [UInt8] = [], count: Int) throws(ImageFileError) -> [UInt8] {
            do { return try Self.read(file, after: head, count: count) } catch {
                throw failure("a file that cannot be read (\(error.reason))")
            }
        }
        let head = try read(count: min(file.size, ImageFormat.headCount))
        switch ImageFormat.Recognition(of: head) {
        case .read(let format): self.format = format
        case .other(let kind): throw failure(kind)
        }
        guard file.size <= limits.bytes else {
            throw ImageFileError(path: path, expected: "a file of at most \(limits.bytes) bytes", found: "one of \(file.size)")
        }
        bytes = try read(after: head, count: file.size)
        self.path = path
    }

    /// Whether the first bytes of a file are of a format that is read; false where they cannot be looked at.
    static func isImage(at path: String) -> Bool {
        guard let file = try? OpenFile(reading: path), let head = try? read(file, count: ImageFormat.headCount) else { return false }
        if case .read = ImageFormat.Recognition(of: head) { return true }
        return false
    }

    /// A file's bytes up to a number of them, the first of which have been read; fewer where it was shortened meanwhile.
    private static func read(_ file: OpenFile, after head: [UInt8] = [], count: Int) throws(FileError) -> [UInt8] {
        var result: Result<Int, FileError> = .success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            target.copyBytes(from: head)
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[head.count...])
            do throws(FileError) { result = .success(try file.read(into: rest)) } catch { result = .failure(error) }
            filled = head.count + ((try? result.get()) ?? 0)
        }
        _ = try result.get()
        return bytes
    }

    /// Why a file cannot be opened.
    private static func obstacle(_ error: FileError) -> String {
        let isMissing = error.reason == "No such file or directory"
        return switch (FileKind(ofPath: error.path), FileKind(ofPath: error.path, followsLinks: false)) {
        case (.folder, _): "a directory"
        case (.file, _): "a file that cannot be read (\(error.reason))"
        case (let kind?, _): kind.words
        case (nil, .link) where isMissing: "a link to a file that is not there"
        case (nil, nil) where isMissing: "no file"
        case (nil, _): error.reason
        }
    }
}
