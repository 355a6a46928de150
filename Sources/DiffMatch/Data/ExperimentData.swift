public import DMDatasets
public import DMTensors

/// The images of an experiment: the data set of a configuration, which of its images are labeled, and their views.
public struct ExperimentData: Sendable {
    /// The data set.
    public let dataset: any SegmentationDataset
    /// The pixels of each class in the full training part.
    public let shares: ClassShares
    /// Which training images are labeled.
    public let partition: Partition
    /// Where the choice of labeled images comes from.
    public let partitionSource: PartitionSource
    /// How training views are drawn.
    public let views: Augmentation

    private let training: any SegmentationSamples
    private let log: FaultLog
    private let skipsFaults: Bool
    private let labeledOrder: EpochSampler
    private let unlabeledOrder: EpochSampler?
    private let labeledCount: Int
    private let unlabeledCount: Int
    private let random: RandomSource

    /// The data of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: All settings.
    ///   - report: Is told of each file that is left out, where `dataset.faults` is `skip`.
    ///   - readingMasks: Is told how many of how many training masks are read, which takes minutes for large data sets.
    /// - Throws: `TrainingError.noLabeledImages`, `DatasetError` and `DatasetErrors` for files and lists at fault.
    public init(
        _ configuration: Configuration, report: @escaping @Sendable (DatasetError) -> Void = { _ in },
        readingMasks: (_ count: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        dataset = try configuration.makeDataset()
        training = dataset.samples(of: .training)
        log = FaultLog(report: report)
        skipsFaults = configuration.dataset.faults == .skip
        if let faults = (dataset as? FileDataset)?.faults, !faults.isEmpty {
            guard skipsFaults else { throw DatasetErrors(faults) }
            faults.forEach(log.note)
        }
        // The shares and the partition come from one reading of all masks.
        let part = try TrainingPart(
            training, classCount: dataset.classNames.count, skippingInto: skipsFaults ? log : nil, progress: readingMasks)
        shares = part.shares
        (partition, partitionSource) = try Self.partition(of: dataset, part, configuration)
        views = configuration.viewParameters
        guard !partition.labeled.isEmpty else { throw TrainingError.noLabeledImages }

        random = RandomSource(seed: configuration.seed).split(Purpose.batches.rawValue)
        let usesUnlabeled = configuration.method.usesUnlabeled && !partition.unlabeled.isEmpty
        (labeledCount, unlabeledCount) = configuration.imagesPerStep(usesUnlabeled: usesUnlabeled)
        labeledOrder = EpochSampler(count: partition.labeled.count, random: random.split(0))
        unlabeledOrder = usesUnlabeled ? EpochSampler(count: partition.unlabeled.count, random: random.split(1)) : nil
    }

    /// The views of a step: a function of the seed and the step alone.
    ///
    /// - Parameter step: The step, counted from 0.
    /// - Throws: What keeps a sample from being read.
    public func batch(at step: Int) throws -> TrainingBatch {
        let labeled = try samples(of: partition.labeled, in: labeledOrder, at: step, count: labeledCount) { [training] in
            try training.sample(at: $0)
        }
        let unlabeled = try unlabeledOrder.map { [training] order in
            try samples(of: partition.unlabeled, in: order, at: step, count: unlabeledCount) {
                try training.unlabeledSample(at: $0)
            }
        }
        let random = random.split(2).split(UInt64(step))
        return TrainingBatch(
            labeled: LabeledBatch(labeled, augmentation: views, random: random.split(0)),
            unlabeled: unlabeled.map { UnlabeledBatch($0, augmentation: views, random: random.split(1)) })
    }

    /// The samples of a step; in place of one that cannot be read, where faults are skipped, the next one that can.
    private func samples(
        of indices: [Int], in order: EpochSampler, at step: Int, count: Int, read: (Int) throws -> SegmentationSample
    ) throws -> [SegmentationSample] {
        try order.batch(at: step, size: count).enumerated().map { number, first in
            var index = first
            var turn = 0
            while true {
                do {
                    return try read(indices[index])
                } catch let fault as DatasetError {
                    turn += 1
                    guard skipsFaults, turn < indices.count else { throw fault }
                    log.note(fault)
                    index = order.index(at: step * count + number + turn)
                }
            }
        }
    }

    /// The files that were left out so far.
    public var skipped: [DatasetError] { log.faults }

    /// The part that results are reported on: the test part, or the validation part of a data set without one.
    public var reportedPart: DatasetPart { dataset.samples(of: .test).count > 0 ? .test : .validation }

    /// The partition that the lists of a data set describe, or one that is drawn.
    private static func partition(
        of dataset: any SegmentationDataset, _ part: TrainingPart, _ configuration: Configuration
    ) throws -> (Partition, PartitionSource) {
        let settings = configuration.dataset
        let lists = (dataset as? FileDataset)?.lists ?? FileLists(labeled: settings.labeledList, unlabeled: settings.unlabeledList)
        let partition =
            if let labeled = lists.labeled {
                try Partition(
                    labeled: SampleList(path: labeled), unlabeled: lists.unlabeled.map(SampleList.init(path:)), of: dataset)
            } else {
                part.partition(fraction: settings.labeledFraction, seed: settings.seed)
            }
        let fraction = Configuration.setting("dataset.labeledFraction")?.value(configuration) ?? ""
        let rule = "\(fraction) of the training images, seed \(settings.seed)"
        return (
            partition,
            try PartitionSource(
                of: partition, on: dataset, labeledFile: lists.labeled, unlabeledFile: lists.labeled == nil ? nil : lists.unlabeled,
                rule: rule)
        )
    }

    /// Some images of a part, normalized, and their masks.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - indices: Images of one size.
    /// - Returns: Images `[n, h, w, 3]` and masks `[n, h, w]`.
    /// - Throws: What keeps a sample from being read.
    public func images(of part: DatasetPart, at indices: Range<Int>) throws -> (images: Tensor<Float>, masks: Tensor<Int32>) {
        let samples = dataset.samples(of: part)
        let read = try indices.map { try samples.sample(at: $0) }
        let images = stacked(read.map { views.normalization.normalized($0.image) })
        let masks = stacked(read.map { Self.labels(of: $0) })
        return (images, masks)
    }

    private static func labels(of sample: SegmentationSample) -> Tensor<Int32> {
        let shape = Array(sample.image.shape.prefix(2))
        return sample.mask.map { Tensor(converting: $0) } ?? Tensor(repeating: 255, shape: shape)
    }
}
