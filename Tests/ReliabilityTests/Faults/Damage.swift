/// Damages of a file, drawn from a seed.
struct Damage {
    private var random: SeededChoice

    init(seed: UInt64) { random = SeededChoice(seed: seed) }

    /// A number below a bound.
    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

    /// Some bytes changed, and how in words.
    mutating func ofBytes(_ bytes: [UInt8]) -> (bytes: [UInt8], story: String) {
        var (damaged, place) = (bytes, below(bytes.count))
        let story: String
        switch below(8) {
        case 0, 1:
            damaged[place] ^= 1 << below(8)
            story = "a bit"
        case 2:
            damaged[place] = UInt8(below(256))
            story = "a byte"
        case 3:
            damaged.removeSubrange(place...)
            story = "cut"
        case 4:
            damaged += (0..<1 + below(64)).map { _ in UInt8(below(256)) }
            (story, place) = ("longer", bytes.count)
        case 5:
            let end = min(damaged.count, place + [1, 16, 512, 4096][below(4)])
            for index in place..<end { damaged[index] = 0 }
            story = "zeros"
        case 6:
            let other = below(bytes.count)
            for index in 0..<8 where max(place, other) + index < bytes.count { damaged.swapAt(place + index, other + index) }
            story = "bytes swapped with those at \(other)"
        default:
            damaged.removeSubrange(place..<min(damaged.count, place + 1 + below(16)))
            story = "bytes missing"
        }
        return (damaged, "\(story), at \(place)")
    }

    /// One digit of a text changed.
    mutating func ofDigit(_ bytes: [UInt8]) -> (bytes: [UInt8], story: String) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let places = bytes.indices.filter { digits.contains(bytes[$0]) }
        let place = places[below(places.count)]
        var damaged = bytes
        damaged[place] = UInt8(ascii: "0") + (bytes[place] - UInt8(ascii: "0") + UInt8(1 + below(9))) % 10
        return (damaged, "a digit, at \(place): …\(String(decoding: bytes[max(0, place - 30)...place], as: UTF8.self))")
    }

    /// A value that does not belong in a document, at one of its places, or nothing there.
    mutating func ofValue(_ document: Any) -> (path: [String], value: Any?) {
        let values: [Any?] = [
            nil, -1, 0, 1, 3, 1_000_000, Int(Int32.max) + 1, 1 << 62, Int.max, Int.min, 1e308, "nan", "inf", "", [Any](), [String: Any](),
            true, 0.5, "../../x", String(repeating: "x", count: 100_000), [[1]], "\u{1b}[2J\n",
        ]
        // Each kind of place as often, however long its list is.
        let places = Dictionary(grouping: Self.places(in: document)) { $0.map { Int($0) == nil ? $0 : "#" } }
        let kind = places.keys.sorted { $0.lexicographicallyPrecedes($1) }[below(places.count)]
        let path = places[kind]?[below(places[kind]?.count ?? 1)] ?? kind
        return (path, values[below(values.count)])
    }

    private static func places(in value: Any) -> [[String]] {
        let members: [(String, Any)]
        switch value {
        case let object as [String: Any]: members = object.sorted { $0.key < $1.key }
        case let list as [Any]: members = list.enumerated().map { ("\($0)", $1) }
        default: members = []
        }
        return members.flatMap { key, value in [[key]] + places(in: value).map { [key] + $0 } }
    }
}
