public import DMDatasets
import DMTensors
public import DiffMatch

/// Precision and recall of the pseudo-labels of each class, measured on images whose truth is known.
///
/// A rare class is forgotten if most of its pixels get the labels of other classes. This table shows without any training
/// how a threshold, the class-balanced fraction or the logit adjustment changes that.
///
/// ```
/// class  recall  mislabeled  unlabeled  precision
/// sky      93.1         0.9        6.0       99.0
/// ...
/// ```
public struct PseudoLabelQuality: Sendable, CustomStringConvertible {
    /// The pseudo-labels of one class.
    public struct ClassResult: Sendable {
        /// The class.
        public let name: String
        /// The fraction of its pixels that get its label; nil if it does not occur.
        public let recall: Double?
        /// The fraction of its pixels that get another label; nil if it does not occur.
        public let mislabeled: Double?
        /// The fraction of its labels that are correct; nil if there are none.
        public let precision: Double?
    }

    /// The classes from the most frequent in training to the rarest.
    public let classes: [ClassResult]

    /// The quality of the pseudo-labels of a teacher.
    ///
    /// - Parameters:
    ///   - teacher: Predicts the images, which are seen whole.
    ///   - confidence: How confident it was of each class in training, for a rule that asks; nil for the batch's own.
    ///   - configuration: Its pseudo-labels' settings are the rule; as many images are labeled together as a training
    ///     step has labeled ones.
    ///   - data: The images.
    ///   - part: Which of them.
    /// - Throws: What keeps a sample from being read, or `DebiasedAdjustmentError` for settings that do not fit.
    public init(
        of teacher: Predictor, confidence: ClassConfidence? = nil, _ configuration: Configuration, on data: ExperimentData,
        part: DatasetPart
    ) throws {
        let classCount = data.dataset.classNames.count
        let rule = configuration.objective.pseudoLabels
        // One class more stands for pixels without a label.
        var matrix = ConfusionMatrix(classCount: classCount + 1)
        let random = RandomStream.evaluation.source(seed: configuration.seed)
        var batches = try EqualSizedBatches(
            data.samples(of: part), normalization: teacher.model.normalization, limit: configuration.training.batchSize,
            scale: configuration.evaluation.scale)
        while let batch = try batches.next() {
            let truth = batch.masks
            let predicted = try teacher.predict(batch.images, random: random.split(UInt64(batch.start)))
                .resized(height: truth.shape[1], width: truth.shape[2])
            let labels = rule.labels(of: predicted, ignored: Tensor(repeating: 0, shape: truth.shape), confidence: confidence)
                .targets(atLeast: rule.threshold)
            let without = Tensor(Int32(classCount)).broadcast(to: truth.shape)
            matrix.add(predictions: select(where: labels .== Tensor(Int32(255)), without, labels), truth: truth)
        }
        self.init(matrix, classNames: data.dataset.classNames, shares: data.shares)
    }

    /// The quality that a matrix shows whose last class stands for pixels without a label.
    private init(_ matrix: ConfusionMatrix, classNames: [String], shares: ClassShares) {
        let (recall, truths, labels) = (matrix.recall, matrix.truthCounts, matrix.predictionCounts)
        classes = shares.headToTail.map { index in
            let right = matrix[index, index]
            let wrong = truths[index] - right - matrix[index, classNames.count]
            return ClassResult(
                name: classNames[index], recall: recall[index],
                mislabeled: truths[index] == 0 ? nil : Double(wrong) / Double(truths[index]),
                precision: labels[index] == 0 ? nil : Double(right) / Double(labels[index]))
        }
    }

    /// The table, in percent.
    public var description: String {
        TextTable.ruled(
            [["class", "recall", "mislabeled", "unlabeled", "precision"]]
                + classes.map { one in
                    let unlabeled = one.recall.flatMap { recall in one.mislabeled.map { 1 - recall - $0 } }
                    return [one.name.quotedName] + [one.recall, one.mislabeled, unlabeled, one.precision].map { percent($0) }
                })
    }
}
