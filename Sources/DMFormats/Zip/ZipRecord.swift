/// One record of a zip archive's directory.
struct ZipRecord {
    static let minimumSize = 46

    let name: String
    let checksum: UInt32
    let isDeflated: Bool
    let compressedSize: Int
    let size: Int
    /// Where the entry's own header lies.
    let localOffset: Int
    /// The offset after the record.
    let end: Int

    private static let isEncryptedFlag: UInt16 = 1

    init(_ file: ByteRegion, at offset: Int, within directory: Range<Int>) throws(ZipError) {
        guard offset + Self.minimumSize <= directory.upperBound, file.integer(at: offset) == UInt32(0x0201_4b50),
            let flags: UInt16 = file.integer(at: offset + 8), let method: UInt16 = file.integer(at: offset + 10),
            let checksum: UInt32 = file.integer(at: offset + 16), let narrowCompressedSize: UInt32 = file.integer(at: offset + 20),
            let narrowSize: UInt32 = file.integer(at: offset + 24), let nameSize: UInt16 = file.integer(at: offset + 28),
            let extraSize: UInt16 = file.integer(at: offset + 30), let commentSize: UInt16 = file.integer(at: offset + 32),
            file.integer(at: offset + 34) == UInt16(0), let narrowOffset: UInt32 = file.integer(at: offset + 42)
        else { throw .malformedRecord(offset: offset, expected: "an entry of the directory") }
        let extra = offset + Self.minimumSize + Int(nameSize)
        end = extra + Int(extraSize) + Int(commentSize)
        guard end <= directory.upperBound, let name = file[offset + Self.minimumSize..<extra].text else {
            throw .malformedRecord(offset: offset, expected: "an entry with a name in UTF-8 within the directory")
        }
        self.name = name
        self.checksum = checksum
        guard flags & Self.isEncryptedFlag == 0 else { throw .encrypted(entry: name) }
        guard method == 0 || method == 8 else { throw .unsupportedCompression(entry: name, method: Int(method)) }
        isDeflated = method == 8
        var wide = WideFields(file[extra..<extra + Int(extraSize)])
        guard let size = wide.value(instead: narrowSize), let compressed = wide.value(instead: narrowCompressedSize),
            let local = wide.value(instead: narrowOffset), let localOffset = Int(exactly: local)
        else { throw .malformedRecord(offset: offset, expected: "64-bit sizes of '\(name)'") }
        let limit = compressed.multipliedReportingOverflow(by: isDeflated ? UInt64(Deflate.maximumRatio) : 1)
        guard size <= limit.partialValue || limit.overflow, isDeflated || size == compressed,
            compressed <= UInt64(file.count), let exactSize = Int(exactly: size)
        else { throw .impossibleSize(entry: name, announced: size, compressed: compressed) }
        self.size = exactSize
        compressedSize = Int(compressed)
        self.localOffset = localOffset
    }

    /// The entry's bytes, which follow a header of its own.
    func dataRange(in file: ByteRegion) throws(ZipError) -> Range<Int> {
        guard localOffset <= file.count, file.integer(at: localOffset) == UInt32(0x0403_4b50),
            let nameSize: UInt16 = file.integer(at: localOffset + 26), let extraSize: UInt16 = file.integer(at: localOffset + 28)
        else { throw .malformedRecord(offset: localOffset, expected: "the header of entry '\(name)'") }
        let nameStart = localOffset + 30
        let start = nameStart + Int(nameSize) + Int(extraSize)
        guard compressedSize <= file.count - start, file[nameStart..<nameStart + Int(nameSize)].text == name else {
            throw .malformedRecord(offset: localOffset, expected: "the name and bytes of entry '\(name)'")
        }
        return start..<start + compressedSize
    }
}

/// The 64-bit numbers of a record, which stand in a field of their own where 32 bits do not hold them.
private struct WideFields {
    private var bytes: ByteRegion?

    init(_ extra: ByteRegion) {
        var offset = 0
        while let tag: UInt16 = extra.integer(at: offset), let size: UInt16 = extra.integer(at: offset + 2) {
            let start = offset + 4
            offset = start + Int(size)
            if tag == 1, offset <= extra.count { bytes = extra[start..<offset] }
        }
    }

    /// The next number where the narrow one says that there is one, otherwise the narrow one.
    mutating func value(instead narrow: UInt32) -> UInt64? {
        guard narrow == .max else { return UInt64(narrow) }
        guard let region = bytes, let value: UInt64 = region.integer(at: 0) else { return nil }
        bytes = region[8..<region.count]
        return value
    }
}
