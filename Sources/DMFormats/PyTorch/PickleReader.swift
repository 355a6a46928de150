/// Reads a file's bytes from front to back.
struct PickleReader {
    let file: ByteRegion
    private(set) var position: Int

    init(_ file: ByteRegion, at position: Int = 0) {
        self.file = file
        self.position = position
    }

    /// The next bytes.
    mutating func readBytes(_ count: Int) throws(PyTorchFileError) -> ByteRegion {
        guard count >= 0, count <= file.count - position else { throw .truncated(offset: position) }
        defer { position += count }
        return file[position..<position + count]
    }

    /// The next number, its low byte first.
    mutating func readInteger<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type = Integer.self
    ) throws(PyTorchFileError) -> Integer {
        guard let value: Integer = file.integer(at: position) else { throw .truncated(offset: position) }
        position += MemoryLayout<Integer>.size
        return value
    }

    /// The next bytes, whose number stands before them.
    mutating func readCounted<Count: FixedWidthInteger & BitwiseCopyable>(
        by type: Count.Type
    ) throws(PyTorchFileError) -> ByteRegion {
        let start = position
        guard let count = Int(exactly: try readInteger(type)) else { throw .truncated(offset: start) }
        return try readBytes(count)
    }

    /// The text before the next line feed.
    mutating func readLine() throws(PyTorchFileError) -> String {
        let start = position
        let rest = file[start..<file.count]
        guard let length = rest.withUnsafeBytes({ $0.firstIndex(of: UInt8(ascii: "\n")) }) else { throw .truncated(offset: start) }
        position += length + 1
        return try text(rest[0..<length], at: start)
    }

    /// The text in UTF-8 that the next bytes are, whose number stands before them.
    mutating func readText<Count: FixedWidthInteger & BitwiseCopyable>(
        countedBy type: Count.Type
    ) throws(PyTorchFileError) -> String {
        let start = position
        return try text(try readCounted(by: type), at: start)
    }

    private func text(_ bytes: ByteRegion, at offset: Int) throws(PyTorchFileError) -> String {
        guard let text = bytes.text else { throw .malformedPickle(offset: offset, expected: "text in UTF-8") }
        return text
    }
}
