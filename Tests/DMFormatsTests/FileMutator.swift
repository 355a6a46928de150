import DMFormats
import DMTensors
import Foundation

/// Damages files in ways that depend on a seed alone.
struct FileMutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 to below a bound.
    mutating func random(below bound: Int) -> Int {
        // Steele, Lea & Flood 2014: SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        z ^= z >> 31
        return Int(z % UInt64(max(1, bound)))
    }

    /// One of a file's damaged forms; pieces of `other` may be in it.
    mutating func damaged(_ file: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = file
        for _ in 0...random(below: 3) { damage(&bytes, other) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8], _ other: [UInt8]) {
        guard !bytes.isEmpty else { return }
        switch random(below: 10) {
        case 0, 1: bytes[random(below: bytes.count)] ^= 1 << random(below: 8)
        case 2: bytes[random(below: bytes.count)] = UInt8(random(below: 256))
        case 3: bytes.removeLast(random(below: bytes.count))
        case 4: bytes.removeSubrange(chunk(of: bytes))
        case 5: bytes.insert(contentsOf: bytes[chunk(of: bytes)], at: random(below: bytes.count))
        case 6: if !other.isEmpty { bytes.insert(contentsOf: other[chunk(of: other)], at: random(below: bytes.count)) }
        case 7: swapChunks(&bytes)
        case 8: writeNumber(&bytes)
        default: writeDigit(&bytes)
        }
    }

    /// A stretch of at most 64 bytes, now and then of any length.
    private mutating func chunk(of bytes: [UInt8]) -> Range<Int> {
        let start = random(below: bytes.count)
        let longest = random(below: 8) == 0 ? bytes.count : 64
        return start..<min(bytes.count, start + 1 + random(below: longest))
    }

    private mutating func swapChunks(_ bytes: inout [UInt8]) {
        let count = 1 + random(below: bytes.count / 2)
        let first = random(below: bytes.count - count + 1)
        let second = random(below: bytes.count - count + 1)
        for i in 0..<count { bytes.swapAt(first + i, second + i) }
    }

    /// Puts a number that is often a length, or far from one, where there may have been a length.
    private mutating func writeNumber(_ bytes: inout [UInt8]) {
        let numbers: [UInt64] = [
            0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 62, .max, UInt64(bytes.count), UInt64(bytes.count - 1),
        ]
        let number = numbers[random(below: numbers.count)] &+ UInt64(random(below: 3))
        let width = [1, 2, 4, 8][random(below: 4)]
        let start = random(below: bytes.count)
        for i in 0..<width where start + i < bytes.count { bytes[start + i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
    }

    /// Changes a decimal digit, or puts digits before it.
    private mutating func writeDigit(_ bytes: inout [UInt8]) {
        let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
        guard !digits.isEmpty else { return }
        let position = digits[random(below: digits.count)]
        if random(below: 2) == 0 {
            bytes[position] = UInt8(ascii: "0") + UInt8(random(below: 10))
        } else {
            bytes.insert(contentsOf: "\(random(below: .max))".utf8.prefix(1 + random(below: 20)), at: position)
        }
    }
}
