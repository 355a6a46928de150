/// A stand-in until the tensor module brings its own source of the same name.
struct RandomSource: RandomNumberGenerator, Sendable {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    func split(_ index: UInt64) -> RandomSource {
        var child = RandomSource(seed: state ^ (index &* 0xD1B5_4A32_D192_ED03 &+ 0x8CB9_2BA7_2F3D_8DD7))
        return RandomSource(seed: child.next())
    }
    mutating func next() -> UInt64 { nextUInt64() }
    mutating func nextUInt64() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
