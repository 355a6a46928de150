public import DMDatasets
public import DMTensors

/// The images of an experiment: the data set of a configuration, which of its images are labelled, and their views.
public struct ExperimentData: Sendable {
    /// The data set.
    public let dataset: any SegmentationDataset
    /// The pixels of each class in the full training part.
    public let shares: ClassShares
    /// Which training images are labelled.
    public let partition: Partition
    /// How training views are drawn.
    public let views: ViewParameters

    private let training: any Dataset<SegmentationSample>
    private let labelledOrder: EpochSampler
    private let unlabelledOrder: EpochSampler?
    private let labelledCount: Int
    private let unlabelledCount: Int
    private let random: RandomSource

    /// The data of a configuration.
    ///
    /// - Throws: `TrainingError.noLabelledImages`, and what keeps a mask from being read.
    public init(_ configuration: Configuration) throws {
        dataset = configuration.makeDataset()
        training = dataset.samples(of: .training)
        let classCount = dataset.classNames.count
        // The shares and the partition come from one reading of all masks.
        var shares = ClassShares(classCount: classCount)
        let presence = try (0..<training.count).map { [training] in
            try training.sample(at: $0).mask.map { shares.add($0) } ?? []
        }
        self.shares = shares
        partition = LabelledOrder(presence: presence, classCount: classCount, seed: configuration.dataset.seed)
            .partition(fraction: configuration.dataset.labelledFraction)
        views = configuration.viewParameters
        guard !partition.labelled.isEmpty else { throw TrainingError.noLabelledImages }

        random = RandomSource(seed: configuration.seed).split(Purpose.batches.rawValue)
        let usesUnlabelled = configuration.method.usesUnlabelled && !partition.unlabelled.isEmpty
        // Methods without unlabelled images take twice the labelled ones, so that a step sees as many images.
        labelledCount = configuration.training.batchSize * (usesUnlabelled ? 1 : 2)
        unlabelledCount = configuration.training.batchSize
        labelledOrder = EpochSampler(count: partition.labelled.count, random: random.split(0))
        unlabelledOrder = usesUnlabelled ? EpochSampler(count: partition.unlabelled.count, random: random.split(1)) : nil
    }

    /// The views of a step: a function of the seed and the step alone.
    ///
    /// - Parameter step: The step, counted from 0.
    /// - Throws: What keeps a sample from being read.
    public func batch(at step: Int) throws -> TrainingBatch {
        let labelled = try labelledOrder.batch(at: step, size: labelledCount).map {
            try training.sample(at: partition.labelled[$0])
        }
        let unlabelled = try unlabelledOrder?.batch(at: step, size: unlabelledCount).map {
            try training.sample(at: partition.unlabelled[$0])
        }
        let random = random.split(2).split(UInt64(step))
        return TrainingBatch(
            labelled: LabelledBatch(labelled, parameters: views, random: random.split(0)),
            unlabelled: unlabelled.map { UnlabelledBatch($0, parameters: views, random: random.split(1)) })
    }

    /// Some images of a part, normalised, and their masks.
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
