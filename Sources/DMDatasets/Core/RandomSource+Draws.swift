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

    /// One of the elements, each as likely as the others.
    package mutating func element<Element>(of elements: [Element]) -> Element { elements[index(below: elements.count)] }
}
