/// How much of the evaluated images each run gives to each class, beside how much is truly theirs, in percent.
///
/// A run that lets frequent classes swallow rare ones gives the rare ones less than their share.
///
/// ```
/// class   truth  supervised  diffmatch
/// sky      35.1        36.0       35.2
/// ...
/// ```
public struct PredictedShareTable: Sendable, CustomStringConvertible {
    /// The table's rows of cells, the heading first, then the classes from the most frequent in training to the rarest.
    public let rows: [[String]]

    /// A table of reports on the same images, each column under its title.
    public init(_ columns: [(title: String, report: EvaluationReport)]) {
        let classes = ComparisonTable.classes(of: columns.map(\.report))
        let truth = columns.first?.report.shares(byTruth: true)
        let found = columns.map { $0.report.shares(byTruth: false) }
        rows =
            [["class", "truth"] + columns.map(\.title)]
            + ComparisonTable.headToTail(classes).map { index in
                [classes[index].name] + ([truth] + found).map { ComparisonTable.percent($0.map { $0[index] }) }
            }
    }

    /// A table of finished runs, each column under its folder's name.
    public init(runs: FinishedRuns) { self.init(runs.single) }

    /// The table with its columns aligned.
    public var description: String { ComparisonTable.ruled(rows) }
}

extension EvaluationReport {
    /// The share of each class among the evaluated pixels, in truth or as predicted; nil without a confusion matrix or pixels.
    func shares(byTruth: Bool) -> [Double]? {
        guard let confusion else { return nil }
        let total = confusion.reduce(0) { $0 + $1.reduce(0, +) }
        guard total > 0 else { return nil }
        return confusion.indices.map { index in
            Double(byTruth ? confusion[index].reduce(0, +) : confusion.reduce(0) { $0 + $1[index] }) / Double(total)
        }
    }
}
