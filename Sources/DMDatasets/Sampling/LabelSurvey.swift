public import DMTensors

/// What the masks of a part hold: class frequencies, the classes of each image, and what is left out of a training.
public struct LabelSurvey: Sendable, Equatable {
    /// The pixels of each class.
    public private(set) var shares: ClassShares
    /// The classes that each image shows, in the order of the samples; nil for one without a readable mask.
    public private(set) var presence: [Set<Int>?] = []
    /// The pixels of all masks.
    public private(set) var pixels = 0
    /// The pixels that are to be ignored.
    public private(set) var ignoredPixels = 0

    /// A survey of nothing yet.
    ///
    /// - Parameter classCount: The number of classes, 1 to 255.
    public init(classCount: Int) { shares = ClassShares(classCount: classCount) }

    /// Adds the next sample.
    ///
    /// - Parameter mask: `[height, width]`; nil for a sample without one.
    public mutating func add(_ mask: Tensor<UInt8>?) {
        guard let mask else { return presence.append(nil) }
        let histogram = ClassShares.histogram(of: mask)
        presence.append(shares.add(histogram: histogram))
        pixels += mask.count
        ignoredPixels += mask.count - shares.pixelCounts.indices.reduce(0) { $0 + histogram[$1] }
    }

    /// What a reader of the results should know, in words; none where there are no masks.
    ///
    /// - Parameters:
    ///   - part: The name of the part.
    ///   - classNames: The names of the classes.
    public func notes(part: String, classNames: [String]) -> [String] {
        guard pixels > 0 else { return [] }
        var notes: [String] = []
        if ignoredPixels > 0 {
            notes.append("\(part): \(Self.percent(ignoredPixels, of: pixels)) % of the pixels of its masks are ignored")
        }
        let unusable = presence.count { $0?.isEmpty == true }
        if unusable > 0 {
            notes.append("\(part): \(unusable) of \(presence.count { $0 != nil }) masks have no usable pixel: all of them are ignored")
        }
        let absent = classNames.indices.filter { shares.pixelCounts[$0] == 0 }
        if absent.count == classNames.count - 1, ignoredPixels > 0, absent.first == 1 {
            notes.append(
                "\(part): the masks hold '\(classNames[0].quoted)' and ignored pixels alone; if 255 is to mean the foreground, store 1 instead"
            )
        }
        if !absent.isEmpty {
            let names = absent.map { "'\(classNames[$0].quoted)'" }
            notes.append("\(part): no pixel is of \(names.listed(others: "more classes"))")
        }
        return notes
    }

    /// A share in percent with one digit behind the point; above 0 where there is anything.
    private static func percent(_ part: Int, of whole: Int) -> String {
        let tenths = Int((Double(part) / Double(whole) * 1000).rounded())
        return tenths == 0 && part > 0 ? "less than 0.1" : "\(tenths / 10).\(tenths % 10)"
    }
}
