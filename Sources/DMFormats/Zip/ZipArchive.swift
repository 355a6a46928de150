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
    private let positions: [String: Int]

    /// Reads the directory of an archive and checks it against the file.
    ///
    /// - Parameters:
    ///   - file: The archive.
    ///   - inflatedLimit: The most bytes that all compressed entries together may stand for.
    /// - Throws: ``ZipError`` where it is damaged or asks for what is not supported.
    package init(_ file: ByteRegion, inflatedLimit: Int = .max) throws(ZipError) {
        let directory = try ZipDirectory(endOf: file)
        var entries: [Entry] = []
        var positions: [String: Int] = [:]
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
            guard positions.updateValue(entries.count, forKey: record.name) == nil else { throw .duplicateName(record.name) }
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
    package subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

    private static func checkOverlaps(_ ranges: [(bytes: Range<Int>, name: String)], directoryStart: Int) throws(ZipError) {
        var end = 0
        for (bytes, name) in ranges.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) {
            guard bytes.lowerBound >= end, bytes.upperBound <= directoryStart else { throw .overlap(entry: name) }
            end = bytes.upperBound
        }
    }
}

extension ZipArchive.Entry {
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
