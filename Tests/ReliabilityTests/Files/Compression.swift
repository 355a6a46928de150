import Foundation

/// Compressed data as RFC 1950 and 1951 describe it, made by hand: also where it unpacks to more than would fit into memory.
enum Deflate {
    /// Zeros, of which 1,032 take a byte.
    static func zeros(_ count: Int) -> [UInt8] {
        var bits = BitWriter()
        // The last block, with codes of its own: one bit for a copy of 258 bytes (285), two for a zero (0) and the end (256).
        bits.append(1, count: 1)
        bits.append(2, count: 2)
        bits.append(29, count: 5)  // 286 literals and lengths
        bits.append(0, count: 5)  // 1 distance
        bits.append(14, count: 4)  // 18 lengths of code lengths, in the order of the format: 18, 2 and 1 are used
        for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] { bits.append(length, count: 3) }
        func absent(_ count: Int) { bits.append(0, count: 1); bits.append(count - 11, count: 7) }
        func codeLength(_ length: Int) { bits.append(length == 1 ? 0b01 : 0b11, count: 2) }
        codeLength(2)
        absent(138)
        absent(117)
        codeLength(2)
        absent(28)
        codeLength(1)
        codeLength(1)
        // A zero, copies of it, the zeros that are left, and the end.
        let copies = max(0, count - 1) / 258
        if count > 0 { bits.append(0b01, count: 2) }
        bits.appendZeros(2 * copies)
        for _ in 0..<max(0, count - 1 - 258 * copies) { bits.append(0b01, count: 2) }
        bits.append(0b11, count: 2)
        return bits.bytes
    }

    /// Bytes as they are.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var start = 0
        repeat {
            let part = bytes[start..<min(bytes.count, start + 65_535)]
            start += part.count
            result.append(start == bytes.count ? 1 : 0)
            result += UInt16(part.count).littleEndianBytes + (~UInt16(part.count)).littleEndianBytes + part
        } while start < bytes.count
        return result
    }
}

/// A zlib stream: compressed data with a header and a sum.
enum Zlib {
    /// Zeros.
    static func zeros(_ count: Int) -> [UInt8] {
        // Adler's sums of zeros: the first stays 1, the second counts them.
        [0x78, 0x9c] + Deflate.zeros(count) + (UInt32(count % 65_521) << 16 | 1).bigEndianBytes
    }

    /// Bytes as they are.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x78, 0x01] + Deflate.stored(bytes) + (b << 16 | a).bigEndianBytes
    }
}

/// The check of PNG and zip: CRC-32 of ISO 3309.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(0xffff_ffff as UInt32) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
}

/// Bits from the lowest of each byte on, as Deflate packs them.
private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var free = 0

    mutating func append(_ value: Int, count: Int) {
        for index in 0..<count {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            bytes[bytes.count - 1] |= UInt8((value >> index) & 1) << (8 - free)
            free -= 1
        }
    }

    mutating func appendZeros(_ count: Int) {
        let used = min(free, count)
        free -= used
        let rest = count - used
        bytes += [UInt8](repeating: 0, count: (rest + 7) / 8)
        if rest > 0 { free = (8 - rest % 8) % 8 }
    }
}

extension FixedWidthInteger {
    /// The bytes, the lowest first.
    var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
    /// The bytes, the highest first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
