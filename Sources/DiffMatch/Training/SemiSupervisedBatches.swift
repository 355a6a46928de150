public import DMDatasets
public import DMTensors

/// The batches of a training on labeled and unlabeled images: which images a step sees, and how they are augmented.
///
/// Labeled and unlabeled images are shuffled anew in each epoch of their own. A batch is a function of the seed and the
/// step alone, so that a training can go on at any step.
///
/// ```swift
/// let data = SemiSupervisedBatches(
///     dataset.samples(of: .training), partition: Partition(labeled: [0, 7, 9], unlabeled: Array(10..<500)),
///     augmentation: Augmentation(cropSize: 321), labeledBatchSize: 8, unlabeledBatchSize: 8, seed: 1)
/// let batch = try data.batch(at: 0)
/// ```
public struct SemiSupervisedBatches: TrainingBatchSource {
    /// Which images are labeled.
    public let partition: Partition
    /// How training images are augmented.
    public let augmentation: Augmentation

    private let samples: any SegmentationSamples
    private let labeledOrder: EpochSampler
    private let unlabeledOrder: EpochSampler?
    private let labeledBatchSize: Int
    private let unlabeledBatchSize: Int
    private let random: RandomSource
    private let strongViews: Int
    private let labels: (@Sendable (Int) throws -> Tensor<UInt8>)?
    private let leavesOut: (@Sendable (any Error) -> Bool)?

    /// The batches of a training part.
    ///
    /// - Parameters:
    ///   - samples: The training part.
    ///   - partition: Which of its images are labeled, and which are used without labels.
    ///   - augmentation: How images are augmented; its normalization has to be the network's.
    ///   - labeledBatchSize: Labeled images of a step, at least 1.
    ///   - unlabeledBatchSize: Unlabeled images of a step; 0 for none.
    ///   - strongViews: The number of strong views of each unlabeled image.
    ///   - labels: What a finished network has labeled an unlabeled image with, by its index `[height, width]`, 255 where it
    ///     teaches nothing; nil for a teacher that labels images in training. Called from background threads.
    ///   - seed: Decides which images a step sees, and how they are augmented.
    ///   - leavesOut: Is handed what keeps a sample from being read; whether the next one of the epoch takes its place.
    ///     By default an error ends the training. Called from background threads.
    /// - Precondition: Some images are labeled.
    public init(
        _ samples: some SegmentationSamples, partition: Partition, augmentation: Augmentation, labeledBatchSize: Int = 8,
        unlabeledBatchSize: Int = 8, strongViews: Int = 2, labels: (@Sendable (Int) throws -> Tensor<UInt8>)? = nil, seed: UInt64 = 0,
        leavesOut: (@Sendable (any Error) -> Bool)? = nil
    ) {
        require(
            labeledBatchSize >= 1 && unlabeledBatchSize >= 0,
            "a step sees at least one labeled image, not \(labeledBatchSize) beside \(unlabeledBatchSize) unlabeled ones")
        self.samples = samples
        self.partition = partition
        self.augmentation = augmentation
        self.labeledBatchSize = labeledBatchSize
        self.unlabeledBatchSize = unlabeledBatchSize
        self.strongViews = strongViews
        self.labels = labels
        self.leavesOut = leavesOut
        random = RandomStream.batches.source(seed: seed)
        labeledOrder = EpochSampler(count: partition.labeled.count, random: random.split(0))
        let usesUnlabeled = unlabeledBatchSize > 0 && !partition.unlabeled.isEmpty
        unlabeledOrder = usesUnlabeled ? EpochSampler(count: partition.unlabeled.count, random: random.split(1)) : nil
    }

    /// The augmented images of a step.
    ///
    /// - Parameter step: The step, counted from 0.
    /// - Throws: What keeps a sample from being read.
    public func batch(at step: Int) throws -> TrainingBatch {
        let labeled = try read(partition.labeled, in: labeledOrder, at: step, count: labeledBatchSize) { try samples.sample(at: $0) }
        let unlabeled = try unlabeledOrder.map { order in
            try read(partition.unlabeled, in: order, at: step, count: unlabeledBatchSize) {
                let sample = try samples.unlabeledSample(at: $0), labels = try labels?($0)
                if let labels, let error = DatasetError(sizesOf: sample.image, and: labels, path: sample.identifier) { throw error }
                return (sample: sample, labels: labels)
            }
        }
        let random = random.split(2).split(UInt64(step))
        return TrainingBatch(
            labeled: LabeledBatch(labeled, augmentation: augmentation, random: random.split(0)),
            unlabeled: unlabeled.map { read in
                UnlabeledBatch(
                    read.map(\.sample), labels: labels == nil ? nil : read.compactMap(\.labels), augmentation: augmentation,
                    strongViews: strongViews, random: random.split(1))
            })
    }

    /// The samples of a step; in place of one that is left out, the next one that can be read.
    private func read<Read>(
        _ indices: [Int], in order: EpochSampler, at step: Int, count: Int, _ sample: (Int) throws -> Read
    ) throws -> [Read] {
        try order.batch(at: step, size: count).enumerated().map { number, first in
            var index = first
            var turn = 0
            while true {
                do {
                    return try sample(indices[index])
                } catch {
                    turn += 1
                    guard let leavesOut, turn < indices.count, leavesOut(error) else { throw error }
                    index = order.index(at: step * count + number + turn)
                }
            }
        }
    }
}
