public import DMDatasets

/// What the data of a run are, in a few numbers and a digest: a run goes on under the same data, or notices others.
///
/// Classes, images and their use are compared, by their names and in their order, and how many pixels each class has in the
/// training part. The images' pixels are not looked at.
public struct DatasetIdentity: Sendable, Equatable, Codable {
    /// The names of the classes, in the order of the labels.
    public let classes: [String]
    /// The number of labeled training images.
    public let labeled: Int
    /// The number of unlabeled training images.
    public let unlabeled: Int
    /// The number of validation images.
    public let validation: Int
    /// The number of test images.
    public let test: Int
    /// The pixels of each class in the masks of the training part.
    public let classPixels: [Int]
    /// The pixels of each class in the labels that a finished network gave the unlabeled images; nil for none.
    public let pseudoLabelPixels: [Int]?
    /// The SHA-256 digest of the classes and of the images of each part in order, the training images with their use.
    public let digest: String

    /// The identity of a data set and its partition.
    ///
    /// - Parameters:
    ///   - dataset: The data set; its identifiers are read, its images are not.
    ///   - partition: Which training images are labeled.
    ///   - shares: The class frequencies of the training part.
    ///   - pseudoLabels: The class frequencies of the labels that a finished network gave the unlabeled images; nil for none.
    public init(
        of dataset: any SegmentationDataset, _ partition: Partition, _ shares: ClassShares, pseudoLabels: ClassShares? = nil
    ) {
        classes = dataset.classNames
        labeled = partition.labeled.count
        unlabeled = partition.unlabeled.count
        validation = dataset.samples(of: .validation).count
        test = dataset.samples(of: .test).count
        classPixels = shares.pixelCounts
        pseudoLabelPixels = pseudoLabels?.pixelCounts

        var text = CountedTexts()
        dataset.classNames.forEach { text.add("class", $0) }
        for part in DatasetPart.allCases {
            let samples: any SegmentationSamples = dataset.samples(of: part)
            var uses = [String](repeating: part.rawValue, count: samples.count)
            if part == .training {
                for index in partition.unlabeled { uses[index] += " unlabeled" }
                for index in partition.labeled { uses[index] += " labeled" }
            }
            for index in 0..<samples.count { text.add(uses[index], samples.identifier(at: index)) }
        }
        digest = SHA256.hexadecimalDigest(of: text.bytes)
    }

    /// What differs from the data that a run began with, in words; empty where nothing does.
    ///
    /// - Parameter saved: The data of the run's beginning.
    public func differences(from saved: DatasetIdentity) -> [String] {
        var words: [String] = []
        if classes != saved.classes {
            words.append("the classes are \(classes.listed()), and were \(saved.classes.listed())")
        }
        for (name, now, before) in [
            ("labeled training images", labeled, saved.labeled), ("unlabeled training images", unlabeled, saved.unlabeled),
            ("validation images", validation, saved.validation), ("test images", test, saved.test),
        ] where now != before { words.append("there are \(now) \(name), and were \(before)") }
        if words.isEmpty && digest != saved.digest { words.append("other images are there, in another order, or in other parts") }
        if words.isEmpty && classPixels != saved.classPixels { words.append("the training masks have other pixels") }
        if pseudoLabelPixels != saved.pseudoLabelPixels { words.append("the labels of the unlabeled images have other pixels") }
        return words
    }
}

/// Texts one after another, each with its length in front, so that no two rows of texts are the same bytes.
private struct CountedTexts {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ texts: String...) {
        for text in texts {
            bytes += "\(text.utf8.count):".utf8
            bytes += text.utf8
        }
    }
}
