/// The block cipher Philox4x32 with ten rounds.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011.
package enum Philox {
    /// Four random words for each counter and key.
    package static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let a = c[0].multipliedFullWidth(by: 0xd251_1f53), b = c[2].multipliedFullWidth(by: 0xcd9e_8d57)
            c = SIMD4(b.high ^ c[1] ^ k[0], b.low, a.high ^ c[3] ^ k[1], a.low)
            k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
        }
        return c
    }
}
