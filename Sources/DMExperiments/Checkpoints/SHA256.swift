import Foundation

/// The SHA-256 digest, which tells damaged checkpoint files from whole ones.
///
/// The `sha256sum` program prints the same digits. National Institute of Standards and Technology,
/// *Secure Hash Standard*, FIPS 180-4, 2015, section 6.2.
package enum SHA256 {
    /// The digest of some bytes as 64 hexadecimal digits.
    package static func hexadecimalDigest(of bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { hexadecimalDigest(of: $0) }
    }

    /// The digest of bytes that lie in memory, such as those of a mapped file, as 64 hexadecimal digits.
    package static func hexadecimalDigest(of bytes: UnsafeRawBufferPointer) -> String {
        var hash = initialHash
        let whole = bytes.count / 64 * 64
        for start in stride(from: 0, to: whole, by: 64) { update(&hash, with: bytes, at: start) }
        let tail = padding(of: bytes[whole...], totalCount: bytes.count)
        tail.withUnsafeBytes { tail in
            for start in stride(from: 0, to: tail.count, by: 64) { update(&hash, with: tail, at: start) }
        }
        return hash.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    /// The last, incomplete block, a one bit, zeros, and the number of bits: a multiple of 64 bytes.
    private static func padding(of rest: Slice<UnsafeRawBufferPointer>, totalCount: Int) -> [UInt8] {
        var tail = Array(rest) + [0x80]
        while tail.count % 64 != 56 { tail.append(0) }
        let bitCount = UInt64(totalCount) * 8
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift))) }
        return tail
    }

    /// Mixes the block of 64 bytes at `start` into the hash.
    private static func update(_ hash: inout [UInt32], with bytes: UnsafeRawBufferPointer, at start: Int) {
        let constants = constants
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
            for t in 0..<16 { words[t] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * t, as: UInt32.self)) }
            for t in 16..<64 {
                let (x, y) = (words[t - 15], words[t - 2])
                let s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >> 3)
                let s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >> 10)
                words[t] = words[t - 16] &+ s0 &+ words[t - 7] &+ s1
            }
            var (a, b, c, d, e, f, g, h) = (hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7])
            for t in 0..<64 {
                let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
                let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[t] &+ words[t]
                let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
                let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
                (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
            }
            for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= word }
        }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
    private static let initialHash: [UInt32] = firstPrimes(8).map { fraction(of: Double($0).squareRoot()) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = firstPrimes(64).map { fraction(of: cbrt(Double($0))) }

    private static func firstPrimes(_ count: Int) -> [UInt64] {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < count {
            if primes.allSatisfy({ !candidate.isMultiple(of: $0) }) { primes.append(candidate) }
            candidate += 1
        }
        return primes
    }

    private static func fraction(of root: Double) -> UInt32 { UInt32((root - root.rounded(.down)) * 0x1p32) }
}
