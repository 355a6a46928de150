import Foundation

/// A PNG file made part by part, right or wrong.
struct PNGParts {
    private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A file with its header: the kinds are 0 for gray, 2 for colors, 3 for a palette.
    init(width: Int, height: Int, depth: UInt8 = 8, kind: UInt8 = 2, isInterlaced: Bool = false) {
        add("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [depth, kind, 0, 0, isInterlaced ? 1 : 0])
    }

    /// Adds a chunk, as often as told.
    mutating func add(_ kind: String, _ content: [UInt8] = [], times: Int = 1) {
        let body = Array(kind.utf8) + content
        let chunk = Self.bigEndian(content.count) + body + Self.bigEndian(Int(ImageMutationTests.crc(body)))
        bytes.reserveCapacity(bytes.count + times * chunk.count)
        for _ in 0..<times { bytes += chunk }
    }

    /// Adds bytes as they are.
    mutating func add(bytes more: [UInt8]) { bytes += more }

    /// A row of gray pixels of 16 bits each, stored without compression.
    static func gray16(_ numbers: [Int]) -> PNGParts {
        var row: [UInt8] = [0]
        for number in numbers { row += [UInt8(number >> 8), UInt8(number & 255)] }
        let count = UInt8(row.count)
        let start: [UInt8] = [0x78, 0x01, 1, count, 0, ~count, 0xFF]
        var file = PNGParts(width: numbers.count, height: 1, depth: 16, kind: 0)
        file.add("IDAT", start + row)
        file.add("IEND")
        return file
    }

    func write(to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    static func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}

/// Zeros as zlib compresses them best: 1,037 bytes stand for 2^20.
enum CompressedZeros {
    /// What a stream begins with.
    static let start: [UInt8] = [0x78, 0xDA]
    /// 2^20 zeros; parts may follow one another.
    static let million: [UInt8] =
        [0xEC, 0xC1, 0x31, 0x01, 0, 0, 0, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0] + [UInt8](repeating: 0, count: 1016)
        + [0x3E, 0x03, 0, 0, 0xFF, 0xFF]
}
