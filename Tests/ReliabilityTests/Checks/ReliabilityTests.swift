import Foundation
import Testing

/// The program as a user runs it, while the world goes wrong around it.
///
/// Each suite runs `diffmatch` itself: the one that was built beside these tests, or that of `DIFFMATCH_PROGRAM`. Without
/// `DIFFMATCH_FULL` in the environment each tries a few of its cases.
@Suite(.serialized) enum ReliabilityTests {}

/// How much the checks try.
enum Effort {
    /// Whether all cases are tried: `DIFFMATCH_FULL` is set, as `scripts/test --full` does.
    static let isFull = ProcessInfo.processInfo.environment["DIFFMATCH_FULL"] != nil

    /// The number of kills: `DIFFMATCH_KILLS`, or 1,000 in full.
    static let kills = ProcessInfo.processInfo.environment["DIFFMATCH_KILLS"].flatMap { Int($0) } ?? (isFull ? 1000 : 4)

    /// All of a list in full, or else so many of it, evenly spaced from a seed on.
    static func cases<Case>(of all: [Case], quick count: Int, seed: Int = 0) -> [Case] {
        guard !isFull, all.count > count, count > 0 else { return all }
        return (0..<count).map { all[($0 * all.count / count + seed) % all.count] }
    }

    /// Prints what a check counted, for the documentation.
    static func report(_ line: String) { print("reliability: \(line)") }
}

/// Steele, Lea & Flood 2014: SplitMix64, for the choices of the checks.
struct SeededChoice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
