public import DMTensors

/// How many pixels of each class were predicted as which, summed over images.
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
