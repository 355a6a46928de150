import DMFormats
import DMTensors
import Testing

private func archive(_ entries: [(String, [UInt8])], isDeflated: Bool = false) -> [UInt8] {
    var writer = ZipWriter()
    for (name, bytes) in entries { writer.append(name, ByteRegion(copying: bytes), isDeflated: isDeflated) }
    return writer.finished().joinedBytes
}

/// The error of reading an archive and all of its entries.
private func error(_ bytes: [UInt8]) -> ZipError? {
    do throws(ZipError) {
        for entry in try ZipArchive(ByteRegion(copying: bytes)).entries { _ = try entry.content() }
        return nil
    } catch {
        return error
    }
}

extension [UInt8] {
    /// The offset of a record's signature, counted from the end: its last occurrence.
    fileprivate func lastRecord(_ signature: [UInt8]) -> Int {
        indices.last { self[$0...].starts(with: [0x50, 0x4b] + signature) } ?? 0
    }

    /// The offset of a record's first occurrence.
    fileprivate func firstRecord(_ signature: [UInt8]) -> Int {
        indices.first { self[$0...].starts(with: [0x50, 0x4b] + signature) } ?? 0
    }

    /// The bytes with some of them replaced from an offset on.
    fileprivate func replacing(at offset: Int, by bytes: [UInt8]) -> [UInt8] {
        Array(self[..<offset]) + bytes + self[(offset + bytes.count)...]
    }
}

@Suite struct ZipArchiveTests {
    private let text = Array("to be, or not to be, or to be: ".utf8)
    private let directoryRecord: [UInt8] = [1, 2]
    private let localRecord: [UInt8] = [3, 4]

    @Test(arguments: [false, true]) func entriesReadBack(isDeflated: Bool) throws {
        let entries = [("a", text + text + text), ("folder/é", []), ("zeros", [UInt8](repeating: 0, count: 5000))]
        let bytes = archive(entries, isDeflated: isDeflated)
        let read = try ZipArchive(ByteRegion(copying: bytes))
        #expect(read.entries.map(\.name) == entries.map(\.0))
        for (name, content) in entries { #expect(try read[name]?.content().array == content) }
        #expect(read["b"]?.name == nil)
        #expect(isDeflated == (bytes.count < 1000))
        #expect(try ZipArchive(ByteRegion(copying: archive([]))).entries.isEmpty)
    }

    @Test func entriesAreAligned() throws {
        var writer = ZipWriter(alignment: 64)
        for length in 0..<70 { writer.append(String(repeating: "n", count: length + 1), ByteRegion(copying: [7, 7, 7, UInt8(length)])) }
        let bytes = writer.finished().joinedBytes
        for length in 0..<70 {
            let offsets = stride(from: 0, to: bytes.count - 4, by: 64).filter { Array(bytes[$0..<$0 + 4]) == [7, 7, 7, UInt8(length)] }
            #expect(offsets.count == 1)
        }
        #expect(error(bytes) == nil)
    }

    @Test func manyEntriesNeedTheWideCount() throws {
        let names = (0..<65_600).map { "\($0)" }
        #expect(try ZipArchive(ByteRegion(copying: archive(names.map { ($0, []) }))).entries.map(\.name) == names)
    }

    @Test func directories() {
        let bytes = archive([("a", text)])
        #expect(error([]) == .missingDirectory)
        #expect(error(Array(bytes.dropLast())) == .missingDirectory)
        #expect(error(bytes + [0]) == .missingDirectory)
        #expect(error(Array("PK".utf8)) == .missingDirectory)
        // What is put before moves the directory away from where it says that it is.
        guard case .malformedRecord = error([0] + bytes) else {
            Issue.record("\(String(describing: error([0] + bytes)))")
            return
        }
    }

    @Test func names() {
        #expect(error(archive([("a", text), ("a", text)])) == .duplicateName("a"))
        // The entry's own header has another name than the directory.
        let bytes = archive([("a", text)])
        #expect(
            error(bytes.replacing(at: 30, by: Array("b".utf8)))
                == .malformedRecord(offset: 0, expected: "the name and bytes of entry 'a'"))
    }

    @Test func damagedBytes() {
        let stored = archive([("a", text)])
        let position = stored.firstIndex(of: UInt8(ascii: "t"))!
        guard case .checksumMismatch(entry: "a", _, _) = error(stored.replacing(at: position, by: [0])) else {
            Issue.record("\(String(describing: error(stored.replacing(at: position, by: [0]))))")
            return
        }
        let deflated = archive([("a", text)], isDeflated: true)
        let record = deflated.lastRecord(directoryRecord)
        #expect(error(deflated.replacing(at: record - 3, by: [0xff, 0xff, 0xff])) == .damagedCompression(entry: "a"))
        #expect(error(stored.replacing(at: stored.lastRecord(directoryRecord) + 8, by: [1])) == .encrypted(entry: "a"))
        #expect(
            error(stored.replacing(at: stored.lastRecord(directoryRecord) + 10, by: [9]))
                == .unsupportedCompression(entry: "a", method: 9))
    }

    /// The record's 64-bit sizes lie behind its name: size, compressed size, offset.
    private func wideField(_ bytes: [UInt8]) -> Int { bytes.lastRecord(directoryRecord) + 46 + 1 + 4 }

    @Test func bombs() {
        let zeros = [UInt8](repeating: 0, count: 100_000)
        let bytes = archive([("a", zeros)], isDeflated: true)
        #expect(bytes.count < 500)
        #expect(error(bytes) == nil)
        // Fewer or more bytes than the compressed ones give.
        let size = wideField(bytes)
        for announced in [99_999, 100_001] {
            let number = (0..<8).map { UInt8(truncatingIfNeeded: announced >> (8 * $0)) }
            #expect(error(bytes.replacing(at: size, by: number)) == .damagedCompression(entry: "a"))
        }
        // As many as they give, but more than the reader allows.
        #expect(throws: ZipError.tooLarge(inflated: 100_000, limit: 99_999)) {
            try ZipArchive(ByteRegion(copying: bytes), inflatedLimit: 99_999)
        }
        #expect(throws: Never.self) { try ZipArchive(ByteRegion(copying: bytes), inflatedLimit: 100_000) }
        // More than the compressed ones could give at all.
        guard
            case .impossibleSize(entry: "a", announced: 1 << 40, let compressed) = error(
                bytes.replacing(at: size, by: [0, 0, 0, 0, 0, 1, 0, 0]))
        else {
            Issue.record("a size of 2^40 bytes is believed")
            return
        }
        #expect(compressed < 200)
        let stored = archive([("a", text)])
        #expect(
            error(stored.replacing(at: wideField(stored), by: [UInt8(text.count + 1)]))
                == .impossibleSize(entry: "a", announced: UInt64(text.count + 1), compressed: UInt64(text.count)))
    }

    @Test func entriesThatShareBytes() {
        // The first entry's sizes, of both kinds, go on into the second entry.
        let bytes = archive([("a", text), ("b", text)])
        let record = bytes.firstRecord(directoryRecord)
        let longer = UInt8(text.count + 60)
        let grown = bytes.replacing(at: record + 46 + 1 + 4, by: [longer]).replacing(at: record + 46 + 1 + 12, by: [longer])
        #expect(error(grown) == .overlap(entry: "b"))
    }
}
