extension ConfusionMatrix {
    /// The number of pixels of each class in the truth.
    public var truthCounts: [Int] { classes.map { i in classes.reduce(0) { $0 + self[i, $1] } } }

    /// The number of pixels of each class in the predictions.
    public var predictionCounts: [Int] { classes.map { j in classes.reduce(0) { $0 + self[$1, j] } } }

    /// Intersection over union of each class, `n_ii / (t_i + p_i - n_ii)`; nil where the truth has no such pixel.
    ///
    /// A class that is only predicted is absent all the same: nothing of it could have been found.
    public var intersectionOverUnion: [Double?] {
        zip(classes, zip(truthCounts, predictionCounts)).map { i, totals in
            totals.0 == 0 ? nil : Double(self[i, i]) / Double(totals.0 + totals.1 - self[i, i])
        }
    }

    /// The share of each class' pixels that were predicted as it; nil where the truth has no such pixel.
    public var recall: [Double?] {
        zip(classes, truthCounts).map { i, total in total == 0 ? nil : Double(self[i, i]) / Double(total) }
    }

    /// Mean intersection over union of the classes present; nil where there are no pixels at all.
    public var mIoU: Double? { intersectionOverUnion.meanOfPresent }

    /// Mean recall of the classes present; nil where there are no pixels at all.
    public var meanAccuracy: Double? { recall.meanOfPresent }

    /// The share of all pixels that were predicted right; nil where there are no pixels at all.
    public var pixelAccuracy: Double? {
        let total = counts.reduce(0, +)
        return total == 0 ? nil : Double(classes.reduce(0) { $0 + self[$1, $1] }) / Double(total)
    }

    private var classes: Range<Int> { 0..<classCount }
}

extension Sequence<Double?> {
    /// The mean of the values that are there; nil where none is.
    var meanOfPresent: Double? {
        let present = compactMap { $0 }
        return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
}
