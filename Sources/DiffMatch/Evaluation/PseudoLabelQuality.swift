public import DMDatasets
import DMTensors

/// What a teacher would teach on images whose truth is known.
///
/// Rare classes are forgotten where their pixels are mostly taught as other classes. How a threshold, the surest share of each
/// class or an adjustment changes that can be seen here without a training.
///
/// ```
/// class     right  wrong  without  precision
/// sky        93.1    0.9      6.0       99.0
/// ...
/// ```
public struct PseudoLabelQuality: Sendable, CustomStringConvertible {
    /// What becomes of the pixels of one class.
    public struct ClassResult: Sendable {
        /// The class.
        public let name: String
        /// The share of its pixels that get its label; nil where it does not occur.
        public let right: Double?
        /// The share of its pixels that get another label.
        public let wrong: Double?
        /// The share of its labels that are right; nil where there are none.
        public let precision: Double?
    }

    /// The classes from the most frequent in training to the rarest.
    public let classes: [ClassResult]

    /// The quality of the labels that a rule makes of a teacher's predictions.
    ///
    /// - Parameters:
    ///   - teacher: Predicts the images, which are seen whole.
    ///   - configuration: Its pseudo-labels' settings are the rule; as many images are labeled together as a training
    ///     step has labeled ones.
    ///   - data: The images.
    ///   - part: Which of them.
    /// - Throws: What keeps a sample from being read, or `DebiasedAdjustmentError` for settings that do not fit.
    public init(of teacher: Predictor, _ configuration: Configuration, on data: ExperimentData, part: DatasetPart) throws {
        let classCount = data.dataset.classNames.count
        let rule = configuration.pseudoLabelRule
        // One class more stands for pixels without a label.
        var matrix = ConfusionMatrix(classCount: classCount + 1)
        let random = RandomSource(seed: configuration.seed).split(Purpose.evaluation.rawValue)
        var batches = EqualSizedBatches(
            data, part: part, limit: configuration.training.batchSize, scale: configuration.evaluation.scale)
        while let batch = try batches.next() {
            let truth = batch.masks
            let predicted = try teacher.predict(batch.images, random: random.split(UInt64(batch.start)))
                .resized(height: truth.shape[1], width: truth.shape[2])
            let labels = rule.labels(of: predicted, ignored: Tensor(repeating: 0, shape: truth.shape)).targets(atLeast: rule.threshold)
            let without = Tensor(Int32(classCount)).broadcast(to: truth.shape)
            matrix.add(predictions: select(where: labels .== Tensor(Int32(255)), without, labels), truth: truth)
        }
        self.init(matrix, classNames: data.dataset.classNames, shares: data.shares.shares)
    }

    /// The quality that a matrix shows whose last class stands for pixels without a label.
    private init(_ matrix: ConfusionMatrix, classNames: [String], shares: [Double]) {
        let (recall, truths, labels) = (matrix.recall, matrix.truthCounts, matrix.predictionCounts)
        classes = ComparisonTable.headToTail(shares: shares).map { index in
            let right = matrix[index, index]
            let wrong = truths[index] - right - matrix[index, classNames.count]
            return ClassResult(
                name: classNames[index], right: recall[index],
                wrong: truths[index] == 0 ? nil : Double(wrong) / Double(truths[index]),
                precision: labels[index] == 0 ? nil : Double(right) / Double(labels[index]))
        }
    }

    /// The table, in percent.
    public var description: String {
        ComparisonTable.ruled(
            [["class", "right", "wrong", "without", "precision"]]
                + classes.map { one in
                    let without = one.right.flatMap { right in one.wrong.map { 1 - right - $0 } }
                    return [one.name] + [one.right, one.wrong, without, one.precision].map { ComparisonTable.percent($0) }
                })
    }
}
