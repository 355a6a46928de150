public import DMDatasets
import DMTensors
public import DiffMatch
import Synchronization

/// The images of an experiment: the data set of a configuration, which of its images are labeled, and their batches.
public struct ExperimentData: Sendable, TrainingBatchSource {
    /// The data set.
    public let dataset: any SegmentationDataset
    /// The pixels of each class in the full training part.
    public let shares: ClassShares
    /// Which training images are labeled.
    public let partition: Partition
    /// Where the choice of labeled images comes from.
    public let partitionSource: PartitionSource
    /// What is worth knowing before the training begins and not wrong, such as files that are not read.
    public let notes: [String]
    /// The batches of the training.
    public let batches: SemiSupervisedBatches

    /// The labels that a finished network gave the unlabeled images, where the settings name some.
    private let pseudoLabels: PseudoLabelFolder?
    private let log: FaultLog

    /// The data of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: All settings.
    ///   - report: Is told of each file that is left out, where `dataset.faults` is `skip`.
    ///   - readingMasks: Is told how many of how many training masks are read, which takes minutes for large data sets.
    /// - Throws: `ExperimentError.noLabeledImages`, `DatasetError` and `DatasetErrors` for files and lists at fault.
    public init(
        _ configuration: Configuration, report: @escaping @Sendable (DatasetError) -> Void = { _ in },
        readingMasks: (_ count: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let log = FaultLog(report: report)
        self.log = log
        dataset = try configuration.usableDataset(notingIn: log)
        let training = dataset.samples(of: .training)
        let skipsFaults = configuration.dataset.faults == .skip
        // The shares and the partition come from one reading of all masks.
        let part = try TrainingPart(
            training, classCount: dataset.classNames.count, skippingInto: skipsFaults ? log : nil, progress: readingMasks)
        shares = part.shares
        (partition, partitionSource) = try Self.partition(of: dataset, part, configuration)
        var labels: PseudoLabelFolder?
        if configuration.method.usesUnlabeled, let folder = configuration.pseudoLabels.folder {
            labels = try PseudoLabelFolder(folder, of: dataset, partition, progress: readingMasks)
        }
        pseudoLabels = labels
        notes =
            ((dataset as? FileDataset)?.notes ?? []) + part.survey.notes(part: "train", classNames: dataset.classNames)
            + configuration.notes(on: partition, part.survey, classNames: dataset.classNames) + dataset.overlapNotes
            + (labels?.notes(classNames: dataset.classNames) ?? [])
        guard !partition.labeled.isEmpty else { throw ExperimentError.noLabeledImages }

        let usesUnlabeled = configuration.method.usesUnlabeled && !partition.unlabeled.isEmpty
        let (labeledCount, unlabeledCount) = configuration.imagesPerStep(usesUnlabeled: usesUnlabeled)
        batches = SemiSupervisedBatches(
            training, partition: partition, augmentation: configuration.augmentationParameters, labeledBatchSize: labeledCount,
            unlabeledBatchSize: unlabeledCount, strongViews: configuration.augmentation.strongViews, labels: labels?.labels(at:),
            seed: configuration.seed
        ) { error in
            guard skipsFaults, let fault = error as? DatasetError else { return false }
            log.note(fault)
            return true
        }
    }

    /// The augmented images of a step: a function of the seed and the step alone.
    ///
    /// - Parameter step: The step, counted from 0.
    /// - Throws: What keeps a sample from being read.
    public func batch(at step: Int) throws -> TrainingBatch { try batches.batch(at: step) }

    /// The files that were left out so far.
    public var skipped: [DatasetError] { log.faults }

    /// The part that results are reported on: the test part, or the validation part of a data set without one.
    public var reportedPart: DatasetPart { dataset.reportedPart }

    /// What the data are, for whoever has to know whether they are the same again.
    public var identity: DatasetIdentity { DatasetIdentity(of: dataset, partition, shares, pseudoLabels: pseudoLabels?.shares) }

    /// The samples of a part that something is to be measured on.
    ///
    /// - Throws: `ExperimentError.noImages` for an empty part.
    public func samples(of part: DatasetPart) throws(ExperimentError) -> any SegmentationSamples { try dataset.measuredSamples(of: part) }

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
}

extension SegmentationDataset {
    /// The part that results are reported on: the test part, or the validation part of a data set without one.
    var reportedPart: DatasetPart { samples(of: .test).count > 0 ? .test : .validation }

    /// The samples of a part that something is to be measured on.
    ///
    /// - Throws: `ExperimentError.noImages` for an empty part.
    func measuredSamples(of part: DatasetPart) throws(ExperimentError) -> any SegmentationSamples {
        let samples = samples(of: part)
        guard samples.count > 0 else { throw .noImages(part: part.rawValue) }
        return samples
    }
}

/// What the masks of a training part hold, from one reading of all of them.
struct TrainingPart {
    /// What was read.
    let survey: LabelSurvey

    /// The pixels of each class.
    var shares: ClassShares { survey.shares }

    /// A part that has been read already.
    init(_ survey: LabelSurvey) { self.survey = survey }

    /// Reads all masks; where faults are skipped, an unreadable one makes its image unlabeled.
    ///
    /// - Throws: What keeps a mask from being read, unless it is to be skipped.
    init(_ samples: any SegmentationSamples, classCount: Int, skippingInto log: FaultLog?, progress: (Int, Int) -> Void = { _, _ in })
        throws
    {
        var survey = LabelSurvey(classCount: classCount)
        let masks = Prefetcher(of: 0..<samples.count, readers: 2) { index in
            do {
                return try samples.labels(at: index)
            } catch let fault as DatasetError {
                guard let log else { throw fault }
                log.note(fault)
                return nil
            }
        }
        while let mask = try masks.next() {
            survey.add(mask)
            progress(survey.presence.count, samples.count)
        }
        self.survey = survey
    }

    /// The partition that labels a share of the images with masks; all others are unlabeled.
    func partition(fraction: Double, seed: UInt64) -> Partition {
        let presence = survey.presence
        let masked = presence.indices.filter { presence[$0] != nil }
        let order = NestedSplit(presence: masked.map { presence[$0] ?? [] }, classCount: shares.pixelCounts.count, seed: seed)
        let labeled = masked.isEmpty ? [] : order.partition(fraction: fraction).labeled.map { masked[$0] }
        return Partition(labeled: labeled, unlabeled: Set(presence.indices).subtracting(labeled).sorted())
    }
}

/// Files that were skipped in training, each reported once.
final class FaultLog: Sendable {
    private let found = Mutex<[DatasetError]>([])
    private let report: @Sendable (DatasetError) -> Void

    /// - Parameter report: Is told each new fault, from whatever thread meets it.
    init(report: @escaping @Sendable (DatasetError) -> Void) { self.report = report }

    /// Notes a fault.
    func note(_ fault: DatasetError) {
        let isNew = found.withLock { found in
            guard !found.contains(fault) else { return false }
            found.append(fault)
            return true
        }
        if isNew { report(fault) }
    }

    /// All faults so far, by path: readers meet them in no order of their own.
    var faults: [DatasetError] { found.withLock { $0 }.sorted { ($0.path, $0.message) < ($1.path, $1.message) } }
}
