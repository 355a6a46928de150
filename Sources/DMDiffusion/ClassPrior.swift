public import DMTensors

/// The class distribution `q` of the training targets (the *class prior*), as a moving average.
///
/// Each update takes the share of every class among the pixels of a batch of targets. Labeled and pseudo-labeled pixels
/// count one half each, whatever their numbers; if a batch has only one of the two, that one counts in full. Update `n`,
/// from 0, has the momentum `min(1 - 1/(n + 1), 0.999)`: at first the plain mean of all batches, later an average over
/// about the last thousand.
///
/// ```swift
/// var prior = ClassPrior(classCount: 3)
/// prior.update(labeled: Tensor([0, 0, 1, 255], shape: [1, 2, 2]), pseudoLabeled: Tensor([0, 2], shape: [1, 1, 2]))
/// print(prior.probabilities)          // the sum is 1, none is 0
/// ```
public struct ClassPrior: Sendable, Hashable, Codable {
    /// The share of the uniform distribution in `probabilities`; it keeps classes that never occurred above 0.
    public static let smoothing = 1e-3
    /// The largest momentum of the moving average.
    public static let largestMomentum = 0.999

    /// The moving average of the class shares, before smoothing; uniform before the first update.
    public private(set) var average: [Double]
    /// The number of updates so far.
    public private(set) var updateCount = 0

    /// A prior that has seen nothing yet: uniform over `classCount` classes.
    public init(classCount: Int) {
        require(classCount >= 1, "a class distribution has at least one class, not \(classCount)")
        average = Array(repeating: 1 / Double(classCount), count: classCount)
    }

    /// The distribution of numbers that are in proportion to it; uniform where they are all 0.
    package init(proportionalTo shares: [Double]) {
        self.init(classCount: shares.count)
        let sum = shares.reduce(0, +)
        if sum > 0 { average = shares.map { $0 / sum } }
        updateCount = 1
    }

    /// The number of classes `K`.
    public var classCount: Int { average.count }

    /// The distribution `q`: the moving average, smoothed to `(1 - 1e-3) average + 1e-3 / K`.
    public var probabilities: [Double] {
        average.map { (1 - ClassPrior.smoothing) * $0 + ClassPrior.smoothing / Double(classCount) }
    }

    /// Takes in the targets of one training step.
    ///
    /// Pixels whose label is no class (not in `0..<K`) do not count, nor does a batch without any other pixels.
    ///
    /// - Parameters:
    ///   - labeled: The labels of labeled images, of any shape; ignored pixels are 255.
    ///   - pseudoLabeled: The pseudo-labels of unlabeled images as the loss sees them, after mixing; pixels below
    ///     the confidence threshold are 255.
    public mutating func update(labeled: Tensor<Int32>, pseudoLabeled: Tensor<Int32>? = nil) {
        update(labeledCounts: counts(of: labeled), pseudoLabeledCounts: pseudoLabeled.map(counts(of:)))
    }

    /// Takes in the targets of one training step, given as numbers of pixels for each class.
    ///
    /// - Parameters:
    ///   - labeledCounts: How many labeled pixels each class has `[K]`.
    ///   - pseudoLabeledCounts: How many pseudo-labeled pixels each class has `[K]`.
    public mutating func update(labeledCounts: [Int], pseudoLabeledCounts: [Int]? = nil) {
        let shares = [labeledCounts, pseudoLabeledCounts].compactMap { $0.flatMap(shares(of:)) }
        guard !shares.isEmpty else { return }
        let momentum = min(1 - 1 / Double(updateCount + 1), ClassPrior.largestMomentum)
        for label in average.indices {
            let share = shares.reduce(0) { $0 + $1[label] } / Double(shares.count)
            average[label] = momentum * average[label] + (1 - momentum) * share
        }
        updateCount += 1
    }

    /// Why this is no distribution over so many classes, as a part of a sentence; nil where it is one.
    ///
    /// A distribution that was decoded may hold anything.
    package func fault(classCount: Int) -> String? {
        if average.count != classCount { return "is over \(average.count) classes, not \(classCount)" }
        if let share = average.first(where: { !(0...1).contains($0) }) { return "has a share of \(share)" }
        let sum = average.reduce(0, +)
        if abs(sum - 1) > 1e-6 { return "has the sum \(sum)" }
        return updateCount < 0 ? "was updated \(updateCount) times" : nil
    }

    /// The number of pixels of each class `[K]`; labels that are not a class do not count.
    ///
    /// - Parameter labels: Labels of any shape.
    public func counts(of labels: Tensor<Int32>) -> [Int] {
        var counts = Array(repeating: 0, count: classCount)
        let classes = 0..<Int32(classCount)
        labels.withUnsafeElements { labels in
            for label in labels where classes.contains(label) { counts[Int(label)] += 1 }
        }
        return counts
    }

    /// The share of each class, unless there is no pixel at all.
    private func shares(of counts: [Int]) -> [Double]? {
        require(counts.count == classCount, "\(counts.count) counts do not fit a distribution over \(classCount) classes")
        let total = counts.reduce(0, +)
        return total == 0 ? nil : counts.map { Double($0) / Double(total) }
    }
}
