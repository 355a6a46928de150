public import DMDiffusion
public import DMTensors

/// How confident a teacher is of each class over the whole set of unlabeled images, as a moving average over batches.
///
/// A batch of a few crops says little about a rare class: what is predicted of it there is often all wrong. Over many batches
/// the most confident pixels of a class are those of the images that show it.
///
/// Source of the thresholds: He et al., *Re-distributing Biased Pseudo Labels for Semi-supervised Semantic Segmentation* (DARS),
/// ICCV 2021; here over a moving window, for an online teacher.
public struct ClassConfidence: Sendable, Hashable, Codable {
    /// The largest momentum of the moving average: it looks back over about 200 batches.
    static let largestMomentum = 0.995

    /// The share of all pixels that is predicted as a class with a confidence in a bin, `[K][bins]`.
    public private(set) var shares: [[Float]]
    /// The share of each class in the labeled pixels `[K]`.
    public private(set) var labeledShares: [Float]
    /// The number of updates so far.
    public private(set) var updateCount = 0

    /// Nothing seen yet.
    public init(classCount: Int) {
        shares = ConfidenceHistogram(classCount: classCount).shares
        labeledShares = Array(repeating: 0, count: classCount)
    }

    /// Takes in what a teacher predicts in one step.
    ///
    /// - Parameters:
    ///   - labels: Its labels.
    ///   - labeled: The truth of the step's labeled images, 255 where there is none.
    public mutating func update(_ labels: PseudoLabels, labeled: Tensor<Int32>) {
        var histogram = ConfidenceHistogram(classCount: shares.count)
        histogram.add(labels)
        var seen = Array(repeating: Float(0), count: shares.count)
        for label in labeled.scalars where shares.indices.contains(Int(label)) { seen[Int(label)] += 1 }
        let found = histogram.shares, labeledPixels = seen.reduce(0, +)
        guard histogram.pixelCount > 0 && labeledPixels > 0 else { return }
        let momentum = Float(min(1 - 1 / Double(updateCount + 1), Self.largestMomentum))
        for index in shares.indices {
            labeledShares[index] = momentum * labeledShares[index] + (1 - momentum) * seen[index] / labeledPixels
            for bin in shares[index].indices {
                shares[index][bin] = momentum * shares[index][bin] + (1 - momentum) * found[index][bin]
            }
        }
        updateCount += 1
    }

    /// The confidence from which on a pixel is among the most confident of its class `[K]`.
    ///
    /// - Parameter fraction: The fraction of a class's pixels that are: of those predicted, or of those that the labeled images
    ///   lead to expect, whichever are fewer.
    public func thresholds(fraction: Float) -> [Float] {
        ConfidenceHistogram.thresholds(shares: shares, fraction: fraction, labeledShares: labeledShares)
    }

    /// The class distribution of what the teacher predicts.
    public var predicted: ClassPrior { ClassPrior(proportionalTo: shares.map { Double($0.reduce(0, +)) }) }
    /// The class distribution of the labeled images.
    public var labeled: ClassPrior { ClassPrior(proportionalTo: labeledShares.map(Double.init)) }

    /// Why this is no confidence of so many classes, as a part of a sentence; nil where it is one.
    package func fault(classCount: Int) -> String? {
        if shares.count != classCount || labeledShares.count != classCount { return "is of \(shares.count) classes, not \(classCount)" }
        if shares.contains(where: { $0.count != ConfidenceHistogram.binCount }) { return "is not in \(ConfidenceHistogram.binCount) bins" }
        if let share = (shares.joined() + labeledShares).first(where: { !(0...1.001).contains($0) }) { return "has a share of \(share)" }
        return updateCount < 0 ? "was updated \(updateCount) times" : nil
    }
}

/// How confident a network is of each class, over all images that it has labeled.
public struct ConfidenceHistogram: Sendable {
    /// The number of bins of confidence.
    static let binCount = 50
    /// The number of pixels that are predicted as a class with a confidence in a bin, `[K][bins]`.
    private var counts: [[Int]]

    /// Of nothing yet.
    public init(classCount: Int) { counts = Array(repeating: Array(repeating: 0, count: Self.binCount), count: classCount) }

    /// Counts the labels of some images, without padding.
    public mutating func add(_ labels: PseudoLabels) {
        for (label, confidence) in zip(labels.classes.scalars, labels.confidence.scalars) where counts.indices.contains(Int(label)) {
            counts[Int(label)][max(0, min(Self.binCount - 1, Int(confidence * Float(Self.binCount))))] += 1
        }
    }

    /// The number of pixels counted.
    public var pixelCount: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The share of all pixels that is predicted as a class with a confidence in a bin, `[K][bins]`; zeros for nothing.
    public var shares: [[Float]] {
        let total = Float(max(1, pixelCount))
        return counts.map { $0.map { Float($0) / total } }
    }

    /// The confidence from which on a pixel is among the most confident of its class `[K]`.
    ///
    /// - Parameters:
    ///   - fraction: The fraction of a class's pixels that are: of those predicted, or of those that the labeled images lead to
    ///     expect, whichever are fewer.
    ///   - labeledShares: The share of each class in the labeled pixels `[K]`.
    public func thresholds(fraction: Float, labeledShares: [Float]) -> [Float] {
        Self.thresholds(shares: shares, fraction: fraction, labeledShares: labeledShares)
    }

    static func thresholds(shares: [[Float]], fraction: Float, labeledShares: [Float]) -> [Float] {
        zip(shares, labeledShares).map { shares, labeledShare in
            let limit = fraction * min(shares.reduce(0, +), labeledShare)
            var sum: Float = 0
            for bin in shares.indices.reversed() {
                sum += shares[bin]
                if sum > limit { return Float(bin + 1) / Float(binCount) }
            }
            return 0
        }
    }
}
