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
        let known = Dictionary(
            (0..<training.count).map { (training.identifier(at: $0), $0) }, uniquingKeysWith: { first, _ in first })
        var (chosen, faults) = labeled.resolved(among: known, identifier: dataset.identifier)
        faults += chosen.filter { !training.isLabeled(at: $0) }.map {
            DatasetError(
                path: labeled.path, kind: .missingMask, message: "'\(training.identifier(at: $0))' is labeled but has no mask")
        }
        var others = Set(0..<training.count).subtracting(chosen).sorted()
        if let unlabeled {
            let resolved = unlabeled.resolved(among: known, identifier: dataset.identifier)
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
