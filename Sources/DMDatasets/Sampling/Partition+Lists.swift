extension Partition {
    /// The partition that lists describe.
    ///
    /// - Parameters:
    ///   - labelled: Names the labelled images.
    ///   - unlabelled: Names the unlabelled ones; nil for all others of the training part.
    ///   - dataset: The data set that both choose from.
    /// - Throws: ``DatasetFaults`` with all unknown and repeated names, labelled images without a mask, and images that
    ///   are both labelled and unlabelled.
    public init(labelled: SampleList, unlabelled: SampleList?, of dataset: any SegmentationDataset) throws(DatasetFaults) {
        let (partition, faults) = Partition.resolved(labelled: labelled, unlabelled: unlabelled, of: dataset)
        guard faults.isEmpty else { throw DatasetFaults(faults) }
        self = partition
    }

    /// The partition that lists describe as far as they are right, and what is wrong with them.
    public static func resolved(
        labelled: SampleList, unlabelled: SampleList?, of dataset: any SegmentationDataset
    ) -> (partition: Partition, faults: [DatasetFault]) {
        let training = dataset.samples(of: .training)
        let known = Dictionary(
            (0..<training.count).map { (training.identifier(at: $0), $0) }, uniquingKeysWith: { first, _ in first })
        var (chosen, faults) = labelled.resolved(among: known, identifier: dataset.identifier)
        faults += chosen.filter { !training.isLabelled(at: $0) }.map {
            DatasetFault(
                path: labelled.path, kind: .missingMask, message: "'\(training.identifier(at: $0))' is labelled but has no mask")
        }
        var others = Set(0..<training.count).subtracting(chosen).sorted()
        if let unlabelled {
            let resolved = unlabelled.resolved(among: known, identifier: dataset.identifier)
            faults += resolved.faults
            let both = Set(chosen).intersection(resolved.indices)
            faults += both.sorted().map {
                DatasetFault(path: unlabelled.path, kind: .overlap, message: "'\(training.identifier(at: $0))' is labelled as well")
            }
            others = resolved.indices.sorted()
        }
        return (Partition(labelled: chosen.sorted(), unlabelled: others), faults)
    }

    /// The two files that describe the partition, one sample a line: `image mask` where samples lie in files.
    public func lists(of dataset: any SegmentationDataset) -> (labelled: String, unlabelled: String) {
        let training = dataset.samples(of: .training)
        func text(_ indices: [Int]) -> String { indices.map { training.listing(at: $0) + "\n" }.joined() }
        return (text(labelled), text(unlabelled))
    }
}
