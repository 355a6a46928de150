import DMTensors

/// The order in which the images of a training part give up their labels: any share of labels is a prefix of it.
///
/// Partitions are therefore *nested*: the labeled images of 1/16 are among those of 1/8, and these among those of 1/4.
///
/// The order begins with images that show every class that occurs, the rarest class first, until each class has been
/// seen `imagesPerClass` times or in all of its images; the others follow at random. So every class has labels whenever
/// the labeled share leaves room for it. This favors rare classes a little over a draw that is random throughout; for
/// that one, set `imagesPerClass` to 0.
public struct NestedSplit: Sendable, Equatable {
    /// The indices of all images, those to be labeled first in front.
    public let indices: [Int]

    /// The order of the images of a data set.
    ///
    /// - Parameters:
    ///   - samples: The training part, every sample with its mask.
    ///   - classCount: The number of classes.
    ///   - imagesPerClass: In how many of the first images each class is to occur.
    ///   - seed: What the order is drawn from.
    /// - Throws: What keeps a sample from being read.
    public init(of samples: some Dataset<SegmentationSample>, classCount: Int, imagesPerClass: Int = 2, seed: UInt64) throws {
        var shares = ClassShares(classCount: classCount)
        let presence = try (0..<samples.count).map { try samples.sample(at: $0).mask.map { shares.add($0) } ?? [] }
        self.init(presence: presence, classCount: classCount, imagesPerClass: imagesPerClass, seed: seed)
    }

    /// The order of images whose classes are known.
    ///
    /// - Parameters:
    ///   - presence: The classes that each image shows.
    ///   - classCount: The number of classes.
    ///   - imagesPerClass: In how many of the first images each class is to occur.
    ///   - seed: What the order is drawn from.
    public init(presence: [Set<Int>], classCount: Int, imagesPerClass: Int = 2, seed: UInt64) {
        var random = RandomSource(seed: seed)
        let shuffled = random.permutation(of: presence.count)
        let imagesOfClass = (0..<classCount).map { label in shuffled.filter { presence[$0].contains(label) } }
        var front: [Int] = []
        var chosen = Set<Int>()
        // One image of every class before a second one of any: a small share then still covers all classes.
        for turn in 1...max(1, imagesPerClass) where imagesPerClass > 0 {
            for label in (0..<classCount).sorted(by: { (imagesOfClass[$0].count, $0) < (imagesOfClass[$1].count, $1) }) {
                let images = imagesOfClass[label]
                let covered = images.lazy.filter { chosen.contains($0) }.count
                guard covered < min(turn, images.count), let next = images.first(where: { !chosen.contains($0) }) else { continue }
                front.append(next)
                chosen.insert(next)
            }
        }
        indices = front + shuffled.filter { !chosen.contains($0) }
    }

    /// The partition that labels the given share of the images.
    ///
    /// - Parameter fraction: Greater than 0, at most 1; for example `1.0 / 16`.
    /// - Returns: `round(fraction * count)` labeled images, at least one if there is any; all others are unlabeled.
    public func partition(fraction: Double) -> Partition {
        checkShape(fraction > 0 && fraction <= 1, "a labeled fraction lies in (0, 1], not \(fraction)")
        let labeled = min(indices.count, max(1, Int((fraction * Double(indices.count)).rounded())))
        return Partition(labeled: indices.prefix(labeled).sorted(), unlabeled: indices.dropFirst(labeled).sorted())
    }
}
