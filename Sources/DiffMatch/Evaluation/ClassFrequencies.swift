public import DMTensors

/// How frequent each class is in the full training part, and which classes are head and tail by that.
public struct ClassFrequencies: Sendable, Equatable, Codable {
    /// The number of pixels of each class.
    public private(set) var pixelCounts: [Int]

    /// The frequencies of the given numbers of pixels, one per class.
    public init(pixelCounts: [Int]) { self.pixelCounts = pixelCounts }

    /// No pixels yet of so many classes.
    public init(classCount: Int) { pixelCounts = Array(repeating: 0, count: classCount) }

    /// Adds the pixels of a mask; labels that are no class, such as 255, do not count.
    ///
    /// - Parameter mask: Classes `[...]`.
    public mutating func add(_ mask: Tensor<UInt8>) {
        mask.withUnsafeElements { labels in
            for label in labels where Int(label) < pixelCounts.count { pixelCounts[Int(label)] += 1 }
        }
    }

    /// The share of each class in all pixels, in 0...1.
    public var shares: [Double] {
        let total = pixelCounts.reduce(0, +)
        return pixelCounts.map { total == 0 ? 0 : Double($0) / Double(total) }
    }

    /// The classes from the most to the least frequent; of equally frequent ones the lower label comes first.
    public var headToTail: [Int] {
        pixelCounts.indices.sorted { (pixelCounts[$1], $0) < (pixelCounts[$0], $1) }
    }

    /// The floor(K / 2) least frequent classes.
    public var tail: Set<Int> { Set(headToTail.suffix(pixelCounts.count / 2)) }

    /// All other classes.
    public var head: Set<Int> { Set(headToTail).subtracting(tail) }
}
