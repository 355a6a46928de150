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
        return remarks.notes(reading, ofOne: true)
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

    /// - Parameters:
    ///   - reading: How the images are read.
    ///   - isAlone: Whether there is one image, which need not be counted.
    func notes(_ reading: ImageReading, ofOne isAlone: Bool = false) -> [String] {
        func subject(_ number: Int, _ noun: String, _ verb: (one: String, many: String)) -> String {
            isAlone ? "it \(verb.one)" : number == 1 ? "1 \(noun) \(verb.one)" : "\(number) \(noun)s \(verb.many)"
        }
        var notes: [String] = []
        if turned > 0 {
            let use =
                reading.orientation == .apply
                ? "applied, masks stay as they are" : "not applied (dataset.orientation: apply turns images)"
            notes.append("\(subject(turned, "photograph", ("carries", "carry"))) an orientation other than upright, which is \(use)")
        }
        if dark > 0 {
            notes.append(
                "\(subject(dark, "image", ("uses", "use"))) less than a quarter of the range of 16 bits, the largest number is "
                    + "\(largest) of 65535: read nearly black")
        }
        return notes
    }
}
