import DMTensors

/// Which images of a training part are used with their labels and which without.
///
/// ```swift
/// let scenes = BuiltInScenes(seed: 1)
/// let partition = Partition(labeled: [0, 7, 9], of: scenes)          // three labeled images, all others unlabeled
/// ```
///
/// ``NestedSplit`` draws partitions at random, with labels for every class; ``SampleList`` reads the published ones.
public struct Partition: Sendable, Equatable, Codable {
    /// The indices of the labeled images, ascending.
    public let labeled: [Int]
    /// The indices of the unlabeled images, ascending.
    public let unlabeled: [Int]

    /// The partition of the given indices.
    public init(labeled: [Int], unlabeled: [Int]) {
        self.labeled = labeled
        self.unlabeled = unlabeled
    }

    /// The partition that uses some images with their labels, and all others of the training part without.
    ///
    /// - Parameters:
    ///   - labeled: The indices of the labeled images, in any order.
    ///   - dataset: The data set whose training part is divided.
    /// - Precondition: Each index lies in `0..<count` of the training part.
    public init(labeled: some Sequence<Int>, of dataset: some SegmentationDataset) {
        let (chosen, count) = (Set(labeled), dataset.samples(of: .training).count)
        require(
            chosen.allSatisfy { $0 >= 0 && $0 < count },
            "the training part has \(count) images, none of number \(chosen.first { $0 < 0 || $0 >= count } ?? 0)")
        self.init(labeled: chosen.sorted(), unlabeled: (0..<count).filter { !chosen.contains($0) })
    }
}

/// Partitions in the common form: two files that name one sample a line.
extension Partition {
    /// The partition that lists describe.
    ///
    /// - Parameters:
    ///   - labeled: Names the labeled images.
    ///   - unlabeled: Names the unlabeled ones; nil for all others of the training part.
    ///   - dataset: The data set that both choose from.
    /// - Throws: ``DatasetErrors`` with all unknown and repeated names, labeled images without a mask, and images that
    ///   are both labeled and unlabeled.
    public init(labeled: SampleList, unlabeled: SampleList?, of dataset: any SegmentationDataset) throws(DatasetErrors) {
        let (partition, faults) = Partition.resolved(labeled: labeled, unlabeled: unlabeled, of: dataset)
        guard faults.isEmpty else { throw DatasetErrors(faults) }
        self = partition
    }

    /// The partition that lists describe as far as they are right, and what is wrong with them.
    public static func resolved(
        labeled: SampleList, unlabeled: SampleList?, of dataset: any SegmentationDataset
    ) -> (partition: Partition, faults: [DatasetError]) {
        let training = dataset.samples(of: .training)
        var known: [String: Int] = [:]
        var repeated: Set<String> = []
        for index in 0..<training.count {
            let identifier = training.identifier(at: index)
            if known.updateValue(index, forKey: identifier) != nil { repeated.insert(identifier) }
        }
        guard repeated.isEmpty else {
            let names = repeated.sorted().prefix(5).map { "'\($0.quoted)'" }.joined(separator: ", ")
            let message = "\(repeated.count) identifiers are those of several training images, so that a list cannot name one: \(names)"
            return (Partition(labeled: [], unlabeled: []), [DatasetError(path: labeled.path, kind: .duplicate, message: message)])
        }
        var (chosen, faults) = labeled.resolved(among: known, identifiers: dataset.identifiers)
        faults += chosen.filter { !training.isLabeled(at: $0) }.map {
            DatasetError(
                path: labeled.path, kind: .missingMask, message: "'\(training.identifier(at: $0))' is labeled but has no mask")
        }
        var others = Set(0..<training.count).subtracting(chosen).sorted()
        if let unlabeled {
            let resolved = unlabeled.resolved(among: known, identifiers: dataset.identifiers)
            faults += resolved.faults
            let both = Set(chosen).intersection(resolved.indices)
            faults += both.sorted().map {
                DatasetError(path: unlabeled.path, kind: .overlap, message: "'\(training.identifier(at: $0))' is labeled as well")
            }
            others = resolved.indices.sorted()
        }
        return (Partition(labeled: chosen.sorted(), unlabeled: others), faults)
    }

    /// The two files that describe the partition, one sample a line: `image mask` where samples lie in files.
    public func lists(of dataset: any SegmentationDataset) -> (labeled: String, unlabeled: String) {
        let training = dataset.samples(of: .training)
        func text(_ indices: [Int]) -> String { indices.map { training.listing(at: $0) + "\n" }.joined() }
        return (text(labeled), text(unlabeled))
    }
}

/// An order of the images of a training part, of which each partition labels the first ones.
///
/// Partitions are therefore *nested*: the labeled images of 1/16 are among those of 1/8, and these among those of 1/4.
///
/// The order begins with images of every class that occurs, the rarest class first, until each class has been seen
/// `imagesPerClass` times or in all of its images; the others follow at random. So every class has labels as soon as the
/// labeled share has room for it. This favors rare classes a little over a purely random draw; for that one, set
/// `imagesPerClass` to 0.
///
/// ```swift
/// func sixteenth(of scenes: BuiltInScenes) throws -> Partition {
///     let training = scenes.samples(of: .training)
///     return try NestedSplit(of: training, classCount: scenes.classNames.count, seed: 1).partition(fraction: 1.0 / 16)
/// }
/// ```
public struct NestedSplit: Sendable, Equatable {
    /// The indices of all images, those to be labeled first in front.
    public let indices: [Int]

    /// The order of the images of a data set.
    ///
    /// - Parameters:
    ///   - samples: The training part; all samples are labeled.
    ///   - classCount: The number of classes.
    ///   - imagesPerClass: In how many of the first images each class is to occur.
    ///   - seed: What the order is drawn from.
    /// - Throws: What keeps labels from being read.
    public init(of samples: some SegmentationSamples, classCount: Int, imagesPerClass: Int = 2, seed: UInt64) throws {
        var shares = ClassShares(classCount: classCount)
        let presence = try (0..<samples.count).map { try samples.labels(at: $0).map { shares.add($0) } ?? [] }
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
        require(fraction > 0 && fraction <= 1, "a labeled fraction lies in (0, 1], not \(fraction)")
        let labeled = min(indices.count, max(1, Int((fraction * Double(indices.count)).rounded())))
        return Partition(labeled: indices.prefix(labeled).sorted(), unlabeled: indices.dropFirst(labeled).sorted())
    }
}
