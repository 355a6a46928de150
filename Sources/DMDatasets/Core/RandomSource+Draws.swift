import DMTensors

/// The few scalar draws that data sets and views are made of.
///
/// They are spelled out here, bit by bit, because the standard library does not promise that its own
/// draws stay the same from version to version.
extension RandomSource {
    /// A number drawn uniformly from `range`, on a grid of 2^24 steps.
    package mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        let unit = Float(nextUInt64() >> 40) * 0x1p-24
        return range.lowerBound + (range.upperBound - range.lowerBound) * unit
    }

    /// Whether an event of the given probability in [0, 1] happens.
    package mutating func chance(_ probability: Float) -> Bool { Float(nextUInt64() >> 40) * 0x1p-24 < probability }

    /// A whole number in `0..<bound`.
    ///
    /// - Precondition: `bound > 0`.
    package mutating func index(below bound: Int) -> Int {
        checkShape(bound > 0, "an index below \(bound) does not exist")
        return Int(nextUInt64().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// One of the elements, each as likely as the others.
    package mutating func element<Element>(of elements: [Element]) -> Element { elements[index(below: elements.count)] }

    /// The numbers `0..<count` in random order (Fisher and Yates).
    package mutating func shuffledIndices(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
        return order
    }
}
