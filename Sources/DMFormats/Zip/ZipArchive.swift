import DMTensors

/// The entries of a zip archive, as its directory lists them.
///
/// Format: PKWARE's APPNOTE 6.3.10, with the extension for sizes of 64 bits; entries are stored or deflated. Every
/// entry's bytes lie in the file, apart from all others', and are no fewer than its size can be made from.
package struct ZipArchive: Sendable {
    /// One file of the archive.
    package struct Entry: Sendable {
        /// The path within the archive.
        package let name: String
        /// The bytes of the file, once it is inflated.
        package let size: Int
        let checksum: UInt32
        let isDeflated: Bool
        /// The bytes as they lie in the archive.
        let stored: ByteRegion
    }

    /// The entries, in the directory's order.
    package let entries: [Entry]
    private let positions: [ExactName: Int]

    /// Reads the directory of an archive and checks it against the file.
    ///
    /// - Parameters:
    ///   - file: The archive.
    ///   - inflatedLimit: The most bytes that all compressed entries together may stand for.
    /// - Throws: ``ZipError`` where it is damaged or asks for what is not supported.
    package init(_ file: ByteRegion, inflatedLimit: Int = .max) throws(ZipError) {
        let directory = try ZipDirectory(endOf: file)
        var entries: [Entry] = []
        var positions: [ExactName: Int] = [:]
        var ranges: [(bytes: Range<Int>, name: String)] = []
        var offset = directory.range.lowerBound
        var inflated: UInt64 = 0
        for _ in 0..<directory.count {
            let record = try ZipRecord(file, at: offset, within: directory.range)
            let data = try record.dataRange(in: file)
            if record.isDeflated {
                // Neither the size nor the sum before it is above 2^63.
                inflated += UInt64(record.size)
                guard inflated <= inflatedLimit else { throw .tooLarge(inflated: inflated, limit: inflatedLimit) }
            }
            guard positions.updateValue(entries.count, forKey: ExactName(record.name)) == nil else { throw .duplicateName(record.name) }
            ranges.append((record.localOffset..<data.upperBound, record.name))
            entries.append(
                Entry(
                    name: record.name, size: record.size, checksum: record.checksum, isDeflated: record.isDeflated,
                    stored: file[data]))
            offset = record.end
        }
        guard offset == directory.range.upperBound else { throw .malformedRecord(offset: offset, expected: "the directory's end") }
        try Self.checkOverlaps(ranges, directoryStart: directory.range.lowerBound)
        self.entries = entries
        self.positions = positions
    }

    /// The entry of a name, nil where there is none.
    package subscript(name: String) -> Entry? { positions[ExactName(name)].map { entries[$0] } }

    private static func checkOverlaps(_ ranges: [(bytes: Range<Int>, name: String)], directoryStart: Int) throws(ZipError) {
        var end = 0
        for (bytes, name) in ranges.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) {
            guard bytes.lowerBound >= end, bytes.upperBound <= directoryStart else { throw .overlap(entry: name) }
            end = bytes.upperBound
        }
    }
}

extension ZipArchive.Entry {
    /// The first bytes of the file, unchecked: as many as asked for, or fewer where it ends or is damaged.
    func start(count: Int) -> ByteRegion {
        isDeflated ? Deflate.start(of: stored, count: min(count, size)) : stored[0..<min(count, stored.count)]
    }

    /// The file's bytes, inflated where they are deflated, once their checksum has been found right.
    ///
    /// - Throws: ``ZipError`` where they are damaged.
    package func content() throws(ZipError) -> ByteRegion {
        let content: ByteRegion
        if isDeflated {
            guard let inflated = Deflate.inflated(stored, size: size) else { throw .damagedCompression(entry: name) }
            content = inflated
        } else {
            content = stored
        }
        let found = Deflate.checksum(content)
        guard found == checksum else { throw .checksumMismatch(entry: name, expected: checksum, found: found) }
        return content
    }
}

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
        else { throw .malformedRecord(offset: offset, expected: "64-bit sizes of '\(name.quotedName)'") }
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
        else { throw .malformedRecord(offset: localOffset, expected: "the header of entry '\(name.quotedName)'") }
        let nameStart = localOffset + 30
        let start = nameStart + Int(nameSize) + Int(extraSize)
        guard compressedSize <= file.count - start, file[nameStart..<nameStart + Int(nameSize)].text == name else {
            throw .malformedRecord(offset: localOffset, expected: "the name and bytes of entry '\(name.quotedName)'")
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

/// What is wrong with a zip archive.
public enum ZipError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no directory at the end: the file is cut off, or no archive.
    case missingDirectory
    /// A record is not what it has to be.
    case malformedRecord(offset: Int, expected: String)
    /// Two entries have one name.
    case duplicateName(String)
    /// The bytes of an entry overlap those of another one or of the directory.
    case overlap(entry: String)
    /// An entry is encrypted.
    case encrypted(entry: String)
    /// An entry is compressed in another way than deflate.
    case unsupportedCompression(entry: String, method: Int)
    /// An entry announces more bytes than its compressed ones can stand for.
    case impossibleSize(entry: String, announced: UInt64, compressed: UInt64)
    /// The compressed entries stand for more bytes than are allowed.
    case tooLarge(inflated: UInt64, limit: Int)
    /// An entry's compressed bytes do not give as many bytes as it announces.
    case damagedCompression(entry: String)
    /// An entry's bytes do not have the checksum that the directory states.
    case checksumMismatch(entry: String, expected: UInt32, found: UInt32)

    /// What was expected and what was found, in one line.
    public var description: String {
        switch self {
        case .missingDirectory: "no zip directory at the end: the file is cut off, or no archive"
        case .malformedRecord(let offset, let expected): "malformed zip record at byte \(offset): expected \(expected)"
        case .duplicateName(let name): "two entries are called '\(name.quotedName)'"
        case .overlap(let entry): "entry '\(entry.quotedName)': its bytes overlap others"
        case .encrypted(let entry): "entry '\(entry.quotedName)' is encrypted"
        case .unsupportedCompression(let entry, let method):
            "entry '\(entry.quotedName)': compression method \(method) is not supported; expected stored (0) or deflated (8)"
        case .impossibleSize(let entry, let announced, let compressed):
            "entry '\(entry.quotedName)': \(compressed) compressed bytes cannot stand for the \(announced) that are announced"
        case .tooLarge(let inflated, let limit):
            "the compressed entries stand for \(inflated) bytes; at most \(limit) are allowed"
        case .damagedCompression(let entry):
            "entry '\(entry.quotedName)': its compressed bytes are damaged or of another size than announced"
        case .checksumMismatch(let entry, let expected, let found):
            "entry '\(entry.quotedName)': expected checksum \(String(expected, radix: 16)), found \(String(found, radix: 16))"
        }
    }
}
