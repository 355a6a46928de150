public import DMTensors

/// Calibration: how often predicted pixels are right, by their confidence.
///
/// The pixels are sorted into bins of equal width by the probability of their predicted class. In a calibrated
/// prediction, nine of ten pixels with a probability of 0.9 are right.
///
/// Source: Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017.
public struct Calibration: Sendable, Equatable, Codable {
    /// The bins, from the least confident to the most.
    public private(set) var bins: [Bin]

    /// The pixels whose confidence lies in an interval.
    public struct Bin: Sendable, Equatable, Codable {
        /// The number of pixels.
        public var count = 0
        /// How many of them are predicted right.
        public var correct = 0
        /// The sum of their confidences.
        public var confidence = 0.0

        /// The mean confidence of its pixels, in 0...1; nil if there are none.
        public var meanConfidence: Double? { count == 0 ? nil : confidence / Double(count) }
        /// The accuracy on its pixels, in 0...1; nil if there are none.
        public var accuracy: Double? { count == 0 ? nil : Double(correct) / Double(count) }
    }

    /// A calibration of no pixels.
    ///
    /// - Parameter binCount: The number of bins, at least 1.
    public init(binCount: Int = 10) {
        require(binCount >= 1, "confidences are sorted into at least one bin, not \(binCount)")
        bins = Array(repeating: Bin(), count: binCount)
    }

    /// The expected calibration error, sum over the bins of (pixels / all pixels) |accuracy - mean confidence|, in 0...1;
    /// nil without pixels.
    public var expectedError: Double? {
        let total = bins.reduce(0) { $0 + $1.count }
        return total == 0 ? nil : bins.reduce(0) { $0 + abs(Double($1.correct) - $1.confidence) } / Double(total)
    }

    /// Adds the pixels of another calibration with the same number of bins.
    public mutating func add(_ other: Calibration) {
        require(bins.count == other.bins.count, "calibrations of \(bins.count) and \(other.bins.count) bins do not add up")
        for (index, bin) in other.bins.enumerated() {
            bins[index].count += bin.count
            bins[index].correct += bin.correct
            bins[index].confidence += bin.confidence
        }
    }

    /// Adds the pixels of some images, without those that the truth ignores.
    ///
    /// - Parameters:
    ///   - probabilities: Class probabilities, `[n, h, w, K]`.
    ///   - truth: Classes, `[n, h, w]`.
    ///   - ignored: The label of pixels that do not count.
    public mutating func add(probabilities: Tensor<Float>, truth: Tensor<Int32>, ignoring ignored: Int32 = 255) {
        require(
            probabilities.shape.dropLast() == truth.shape[...],
            "cannot compare probabilities \(probabilities.shape) with the truth \(truth.shape)")
        let (classes, confidences) = (probabilities.argmax(along: 3).scalars, probabilities.maximum(along: 3).scalars)
        for (pixel, label) in truth.scalars.enumerated() where label != ignored {
            // A diverged network's probabilities are not numbers: it knows nothing.
            let confidence = confidences[pixel].isFinite ? confidences[pixel] : 0
            let index = min(Int(confidence * Float(bins.count)), bins.count - 1)
            bins[index].count += 1
            bins[index].correct += classes[pixel] == label ? 1 : 0
            bins[index].confidence += Double(confidence)
        }
    }
}
