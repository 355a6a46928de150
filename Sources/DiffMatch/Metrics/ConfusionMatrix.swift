public import DMTensors

/// A confusion matrix: how many pixels of each class were predicted as each class, summed over images.
///
/// All measures are taken from sums over the whole set of images, not averaged over images.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
    /// The number of classes, K.
    public let classCount: Int
    /// The pixels of class `i` that were predicted as `j`, at `i * classCount + j`.
    public private(set) var counts: [Int]

    /// A matrix of no pixels.
    ///
    /// - Parameter classCount: The number of classes, K, at least 1.
    public init(classCount: Int) {
        require(classCount >= 1, "a confusion matrix has at least one class, not \(classCount)")
        self.classCount = classCount
        counts = Array(repeating: 0, count: classCount * classCount)
    }

    /// The number of pixels of class `truth` that were predicted as `prediction`.
    public subscript(truth: Int, prediction: Int) -> Int { counts[truth * classCount + prediction] }

    /// Adds the pixels of some images; where the truth is to be ignored, the prediction is dropped.
    ///
    /// - Parameters:
    ///   - predictions: Classes `[...]`, each in 0..<K wherever the truth counts.
    ///   - truth: Classes of the same shape, each in 0..<K or `ignored`.
    ///   - ignored: The label of pixels that do not count.
    public mutating func add(predictions: Tensor<Int32>, truth: Tensor<Int32>, ignoring ignored: Int32 = 255) {
        require(
            predictions.shape == truth.shape, "cannot compare predictions \(predictions.shape) with the truth \(truth.shape)")
        let classCount = classCount
        counts.withUnsafeMutableBufferPointer { counts in
            predictions.withUnsafeElements { predictions in
                truth.withUnsafeElements { truth in
                    for pixel in truth.indices where truth[pixel] != ignored {
                        let (label, prediction) = (Int(truth[pixel]), Int(predictions[pixel]))
                        require(
                            label >= 0 && label < classCount && prediction >= 0 && prediction < classCount,
                            "\(classCount) classes have no label \(label) predicted as \(prediction)")
                        counts[label * classCount + prediction] += 1
                    }
                }
            }
        }
    }

    /// Adds the pixels of another matrix of as many classes.
    public static func += (x: inout ConfusionMatrix, y: ConfusionMatrix) {
        require(x.classCount == y.classCount, "cannot add counts of \(y.classCount) classes to those of \(x.classCount)")
        for index in x.counts.indices { x.counts[index] += y.counts[index] }
    }
}

extension ConfusionMatrix {
    /// The number of pixels of each class in the truth.
    public var truthCounts: [Int] { classes.map { i in classes.reduce(0) { $0 + self[i, $1] } } }

    /// The number of pixels of each class in the predictions.
    public var predictionCounts: [Int] { classes.map { j in classes.reduce(0) { $0 + self[$1, j] } } }

    /// Intersection over union of each class, `n_ii / (t_i + p_i - n_ii)`; nil where the truth has no such pixel.
    ///
    /// A class that is predicted but not in the truth counts as absent: there was nothing of it to find.
    public var intersectionOverUnion: [Double?] {
        zip(classes, zip(truthCounts, predictionCounts)).map { i, totals in
            totals.0 == 0 ? nil : Double(self[i, i]) / Double(totals.0 + totals.1 - self[i, i])
        }
    }

    /// The recall of each class, in 0...1; nil where the truth has no such pixel.
    public var recall: [Double?] {
        zip(classes, truthCounts).map { i, total in total == 0 ? nil : Double(self[i, i]) / Double(total) }
    }

    /// Mean intersection over union of the classes present; nil where there are no pixels at all.
    public var mIoU: Double? { intersectionOverUnion.meanOfPresent }

    /// Mean recall of the classes present; nil where there are no pixels at all.
    public var meanAccuracy: Double? { recall.meanOfPresent }

    /// The fraction of all pixels that were predicted right; nil where there are no pixels at all.
    public var pixelAccuracy: Double? {
        let total = counts.reduce(0, +)
        return total == 0 ? nil : Double(classes.reduce(0) { $0 + self[$1, $1] }) / Double(total)
    }

    private var classes: Range<Int> { 0..<classCount }
}

extension Sequence<Double?> {
    /// The mean of the values that are not nil; nil if all are.
    package var meanOfPresent: Double? {
        let present = compactMap { $0 }
        return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
}
