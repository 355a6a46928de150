public import DMTensors

/// The class frequencies of a set of samples: how many pixels and how many images show each class.
public struct ClassShares: Sendable, Equatable, Codable {
    /// The number of pixels of each class.
    public private(set) var pixelCounts: [Int]
    /// The number of images with at least one pixel of each class.
    public private(set) var imageCounts: [Int]
    /// The number of images counted.
    public private(set) var images = 0

    /// Counts of nothing yet.
    ///
    /// - Parameter classCount: The number of classes, 1 to 255.
    public init(classCount: Int) {
        pixelCounts = [Int](repeating: 0, count: classCount)
        imageCounts = pixelCounts
    }

    /// Counts that are known already, of no particular images.
    public init(pixelCounts: [Int]) {
        self.pixelCounts = pixelCounts
        imageCounts = [Int](repeating: 0, count: pixelCounts.count)
    }

    /// The counts of all labeled samples; only their labels are read.
    ///
    /// - Throws: What keeps labels from being read.
    public init(of samples: some SegmentationSamples, classCount: Int) throws {
        self.init(classCount: classCount)
        for index in 0..<samples.count {
            if let labels = try samples.labels(at: index) { add(labels) }
        }
    }

    /// Counts one more mask.
    ///
    /// - Parameter mask: `[height, width]`; labels that are no class, 255 among them, are left out.
    /// - Returns: The classes that the mask shows.
    @discardableResult public mutating func add(_ mask: Tensor<UInt8>) -> Set<Int> { add(histogram: Self.histogram(of: mask)) }

    /// Counts one more mask by how often each label occurs in it.
    mutating func add(histogram: [Int]) -> Set<Int> {
        let shown = Set(pixelCounts.indices.filter { histogram[$0] > 0 })
        for label in shown {
            pixelCounts[label] += histogram[label]
            imageCounts[label] += 1
        }
        images += 1
        return shown
    }

    /// The share of each class in all counted pixels, summing to 1; zeros if nothing was counted.
    public var shares: [Double] {
        let total = pixelCounts.reduce(0, +)
        return pixelCounts.map { total > 0 ? Double($0) / Double(total) : 0 }
    }

    /// How many times more pixels the most frequent class has than the least frequent one that occurs; nil if none does.
    public var headToTailRatio: Double? {
        guard let most = pixelCounts.max(), let least = pixelCounts.filter({ $0 > 0 }).min() else { return nil }
        return Double(most) / Double(least)
    }

    /// The classes from the most to the least frequent; of equally frequent ones the lower label comes first.
    public var headToTail: [Int] { Self.headToTail(of: pixelCounts) }

    /// The classes of some frequencies, from the most to the least frequent; of equally frequent ones the lower label comes
    /// first.
    ///
    /// - Parameter frequencies: A number of pixels, or a share of them, for each class.
    public static func headToTail(of frequencies: [some Comparable]) -> [Int] {
        frequencies.indices.sorted { (frequencies[$1], $0) < (frequencies[$0], $1) }
    }

    /// The `floor(classCount / 2)` least frequent classes.
    public var tail: Set<Int> { Set(headToTail.suffix(pixelCounts.count / 2)) }

    /// All other classes.
    public var head: Set<Int> { Set(headToTail).subtracting(tail) }

    /// How often each of the 256 possible labels occurs.
    static func histogram(of mask: Tensor<UInt8>) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        mask.withUnsafeElements { labels in
            counts.withUnsafeMutableBufferPointer { counts in
                for label in labels { counts[Int(label)] += 1 }
            }
        }
        return counts
    }
}
