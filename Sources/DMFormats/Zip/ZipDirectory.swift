/// Where the directory of a zip archive lies, from the records at the archive's end.
struct ZipDirectory {
    /// The directory's bytes.
    let range: Range<Int>
    /// The number of its entries.
    let count: Int

    private static let endSize = 22
    private static let wideLocatorSize = 20
    private static let wideEndSize = 56

    init(endOf file: ByteRegion) throws(ZipError) {
        guard let end = Self.findEnd(of: file) else { throw .missingDirectory }
        let fields: (count: UInt64, size: UInt64, offset: UInt64, end: Int)
        if let wide = try Self.wideFields(of: file, before: end) {
            fields = wide
        } else {
            guard file.integer(at: end + 4) == UInt32(0), let onThisDisk: UInt16 = file.integer(at: end + 8),
                let count: UInt16 = file.integer(at: end + 10), onThisDisk == count,
                let size: UInt32 = file.integer(at: end + 12), let offset: UInt32 = file.integer(at: end + 16)
            else { throw .malformedRecord(offset: end, expected: "the directory of an archive of one part") }
            fields = (UInt64(count), UInt64(size), UInt64(offset), end)
        }
        guard let size = Int(exactly: fields.size), let start = Int(exactly: fields.offset), size <= fields.end,
            start == fields.end - size, fields.count <= UInt64(size / ZipRecord.minimumSize)
        else { throw .malformedRecord(offset: end, expected: "a directory that ends where its end record begins") }
        range = start..<start + size
        count = Int(fields.count)
    }

    /// The end record is the last one whose comment ends with the file.
    private static func findEnd(of file: ByteRegion) -> Int? {
        var offset = file.count - endSize
        let first = max(0, offset - Int(UInt16.max))
        while offset >= first {
            if file.integer(at: offset) == UInt32(0x0605_4b50), let comment: UInt16 = file.integer(at: offset + 20),
                offset + endSize + Int(comment) == file.count
            {
                return offset
            }
            offset -= 1
        }
        return nil
    }

    /// The fields of the record with 64-bit sizes, nil where there is none.
    private static func wideFields(
        of file: ByteRegion, before end: Int
    ) throws(ZipError) -> (count: UInt64, size: UInt64, offset: UInt64, end: Int)? {
        let locator = end - wideLocatorSize
        guard file.integer(at: locator) == UInt32(0x0706_4b50) else { return nil }
        guard let wideOffset: UInt64 = file.integer(at: locator + 8), let wideEnd = Int(exactly: wideOffset), wideEnd <= locator,
            wideEnd == locator - wideEndSize, file.integer(at: wideEnd) == UInt32(0x0606_4b50),
            file.integer(at: wideEnd + 16) == UInt64(0), let onThisDisk: UInt64 = file.integer(at: wideEnd + 24),
            let count: UInt64 = file.integer(at: wideEnd + 32), onThisDisk == count,
            let size: UInt64 = file.integer(at: wideEnd + 40), let offset: UInt64 = file.integer(at: wideEnd + 48)
        else { throw .malformedRecord(offset: locator, expected: "the directory of an archive of one part, with 64-bit sizes") }
        return (count, size, offset, wideEnd)
    }
}
