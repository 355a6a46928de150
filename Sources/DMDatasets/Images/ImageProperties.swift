/// What a file says of its image besides the pixels.
public struct ImageProperties: Sendable, Equatable {
    /// The height as stored, in pixels.
    public let height: Int
    /// The width as stored, in pixels.
    public let width: Int
    /// How the image has to be turned to stand upright.
    public let orientation: ImageOrientation
    /// The largest number in an image of 16 bits per channel; nil for any other.
    ///
    /// Of 16 bits the upper 8 are kept: cameras and scanners that use 10 or 12 of them leave an image nearly black.
    public let largestOf16Bits: Int?

    /// Whether an image of 16 bits per channel uses less than a quarter of their range.
    public var isNearlyBlack: Bool { largestOf16Bits.map { $0 < 1 << 14 } ?? false }

    /// What somebody who uses the image may want to know, a sentence each.
    ///
    /// - Parameter reading: How the image is read.
    public func notes(_ reading: ImageReading) -> [String] {
        var remarks = ImageRemarks()
        remarks.add(self)
        return remarks.notes(reading)
    }
}

/// What is worth knowing of some images, and no fault.
struct ImageRemarks: Sendable, Equatable {
    /// The photographs that carry an orientation other than upright.
    private var turned = 0
    /// The images of 16 bits that are read nearly black, and the largest number in them.
    private var dark = 0
    private var largest = 0

    mutating func add(_ properties: ImageProperties) {
        if properties.orientation != .upright { turned += 1 }
        if properties.isNearlyBlack {
            dark += 1
            largest = max(largest, properties.largestOf16Bits ?? 0)
        }
    }

    func notes(_ reading: ImageReading) -> [String] {
        var notes: [String] = []
        func subject(_ number: Int, _ one: String, _ many: String, _ verb: (String, String)) -> String {
            number == 1 ? "1 \(one) \(verb.0)" : "\(number) \(many) \(verb.1)"
        }
        if turned > 0 {
            let carries = subject(turned, "photograph", "photographs", ("carries", "carry"))
            let use =
                reading.orientation == .apply ? "applied, masks stay as they are" : "not applied (dataset.orientation: apply turns images)"
            notes.append("\(carries) an orientation other than upright, which is \(use)")
        }
        if dark > 0 {
            let uses = subject(dark, "image", "images", ("of 16 bits uses", "of 16 bits use"))
            notes.append("\(uses) less than a quarter of their range, the largest number is \(largest) of 65535: read nearly black")
        }
        return notes
    }
}
