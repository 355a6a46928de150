public import DMDatasets

/// What a trained network achieves, as `metrics.json` holds it; all measures are fractions of 1.
public struct EvaluationReport: Sendable, Equatable, Codable {
    /// The method that trained the network; nil for predictions of another program.
    public var method: Method?
    /// The seed of the run.
    public var seed: UInt64
    /// The number of training steps.
    public var steps: Int
    /// The time that the training took, in seconds.
    public var seconds: Double
    /// Mean intersection over union of the classes present.
    public var mIoU: Double?
    /// Mean intersection over union of the head classes present.
    public var headMean: Double?
    /// Mean intersection over union of the tail classes present: the floor(K/2) least frequent in the full training part.
    public var tailMean: Double?
    /// The share of pixels that are predicted right.
    public var pixelAccuracy: Double?
    /// The mean over the classes present of the share of their pixels that are predicted right.
    public var meanAccuracy: Double?
    /// Mean intersection over union after each sampling step alone; empty for a classifier.
    public var samplingSteps: [Double?]
    /// Each class, in the order of the labels.
    public var classes: [ClassResult]
    /// The pixels of each class (row) that were predicted as each (column).
    public var confusion: [[Int]]?
    /// How far the confidence of the prediction can be believed; nil for predictions of another program.
    public var calibration: Calibration?
    /// The part that was measured on.
    public var part: DatasetPart?
    /// Which list said what is labeled, with its digest.
    public var partition: PartitionSource?
    /// The files that were left out of training because they cannot be read.
    public var skippedFiles: [String]?
    /// The settings that were changed after training, by their keys, such as `debias.appliesTo`; nil where none were.
    public var changedSettings: [String: String]?

    /// What is achieved on one class.
    public struct ClassResult: Sendable, Equatable, Codable {
        /// The name of the class.
        public var name: String
        /// Its share of the pixels of the full training part, in 0...1.
        public var share: Double
        /// Its intersection over union; nil where the evaluated images do not show it.
        public var iou: Double?

        /// The result of one class.
        public init(name: String, share: Double, iou: Double?) {
            self.name = name
            self.share = share
            self.iou = iou
        }

        /// Writes an absent class' measure as null rather than leaving it out.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(share, forKey: .share)
            try container.encode(iou, forKey: .iou)
        }
    }

    /// Writes measures of absent classes as null rather than leaving them out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(seed, forKey: .seed)
        try container.encode(steps, forKey: .steps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(mIoU, forKey: .mIoU)
        try container.encode(headMean, forKey: .headMean)
        try container.encode(tailMean, forKey: .tailMean)
        try container.encode(pixelAccuracy, forKey: .pixelAccuracy)
        try container.encode(meanAccuracy, forKey: .meanAccuracy)
        try container.encode(samplingSteps, forKey: .samplingSteps)
        try container.encode(classes, forKey: .classes)
        try container.encodeIfPresent(confusion, forKey: .confusion)
        try container.encodeIfPresent(calibration, forKey: .calibration)
        try container.encodeIfPresent(part, forKey: .part)
        try container.encodeIfPresent(partition, forKey: .partition)
        try container.encodeIfPresent(skippedFiles, forKey: .skippedFiles)
        try container.encodeIfPresent(changedSettings, forKey: .changedSettings)
    }

    /// The report on a run.
    ///
    /// - Parameters:
    ///   - configuration: The run's settings.
    ///   - seconds: The time that its training took.
    ///   - matrix: The confusion matrix of the evaluated images.
    ///   - classNames: The name of each class.
    ///   - shares: The pixels of each class in the full training part.
    public init(
        configuration: Configuration, seconds: Double, matrix: ConfusionMatrix, classNames: [String], shares: ClassShares
    ) {
        let iou = matrix.intersectionOverUnion
        method = configuration.method
        seed = configuration.seed
        steps = configuration.training.steps
        self.seconds = seconds
        mIoU = matrix.mIoU
        // In one order, so that equal results have equal means to the last bit: sets have none.
        headMean = shares.head.sorted().map { iou[$0] }.meanOfPresent
        tailMean = shares.tail.sorted().map { iou[$0] }.meanOfPresent
        pixelAccuracy = matrix.pixelAccuracy
        meanAccuracy = matrix.meanAccuracy
        samplingSteps = []
        classes = zip(classNames, zip(shares.shares, iou)).map { ClassResult(name: $0, share: $1.0, iou: $1.1) }
        confusion = classNames.indices.map { truth in classNames.indices.map { matrix[truth, $0] } }
    }
}
