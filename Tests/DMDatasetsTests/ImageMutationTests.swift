import DMDatasets
import DMTensors
import Foundation
import Testing

@Suite("Damaged images")
struct ImageMutationTests {
    /// 2,000 damaged files; 50,000 where `DIFFMATCH_FULL` is set.
    private static let count = ProcessInfo.processInfo.environment["DIFFMATCH_FULL"] == nil ? 2000 : 50_000

    @Test("no damage to an image crashes the reader or makes it hand out a wrong shape")
    func mutations() throws {
        let originals = try ["images", "odd-images"].map { Fixtures.referencePath($0) }.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix("json") }.sorted()
                .map { [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
        }
        var random = RandomSource(seed: 11)
        var (read, refused) = (0, 0)
        try withTemporaryFolder { temporary in
            let path = temporary + "/damaged"
            for number in 0..<Self.count {
                let bytes = Self.damaged(originals[number % originals.count], using: &random)
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                do {
                    let image = try ImageFile.readImage(at: path)
                    #expect(image.rank == 3 && image.shape[2] == 3 && image.count > 0)
                    read += 1
                } catch let error as ImageFileError {
                    #expect(error.path == path)
                    refused += 1
                }
                if let properties = try? ImageFile.properties(at: path) {
                    #expect(properties.height > 0 && properties.width > 0)
                    if let turned = try? ImageFile.readImage(at: path, reading: ImageReading(orientation: .apply)) {
                        #expect(turned.count == properties.height * properties.width * 3)
                    }
                }
                if let map = try? ImageFile.readLabelMap(at: path) { #expect(map.labels.rank == 2 && map.labels.count > 0) }
            }
        }
        print("damaged images: \(Self.count), of which \(refused) were refused and \(read) could still be read")
        #expect(refused > Self.count / 3)
    }

    /// A file with some bytes changed, put in, left out, or cut off; the sums of PNG's parts are mended half of the time,
    /// so that damage gets behind them.
    private static func damaged(_ original: [UInt8], using random: inout RandomSource) -> [UInt8] {
        var bytes = original
        for _ in 0...random.index(below: 4) where !bytes.isEmpty {
            let place = random.index(below: bytes.count)
            switch random.index(below: 6) {
            case 0: bytes[place] ^= 1 << UInt8(random.index(below: 8))
            case 1: bytes[place] = UInt8(random.index(below: 256))
            case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.index(below: 5)]
            case 3: bytes.insert(UInt8(random.index(below: 256)), at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.index(below: 8)))
            default: if random.index(below: 4) == 0 { bytes.removeSubrange(place...) }
            }
        }
        if bytes.starts(with: [0x89, 0x50]), random.index(below: 2) == 0 { mendSums(of: &bytes) }
        return bytes
    }

    private static func mendSums(of bytes: inout [UInt8]) {
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard place + 12 + length <= bytes.count else { return }
            let sum = crc(bytes[place + 4..<place + 8 + length])
            for (offset, shift) in [24, 16, 8, 0].enumerated() {
                bytes[place + 8 + length + offset] = UInt8(truncatingIfNeeded: sum >> UInt32(shift))
            }
            place += 12 + length
        }
    }

    static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
        }
    }
}
