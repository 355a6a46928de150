import DMTensors

/// Several reports side by side as aligned text: the classes from head to tail, then the means, in percent.
///
/// ```
/// class   share  supervised  diffmatch
/// sky      35.1        91.0       92.3
/// ...
/// mIoU                 61.2       70.4
/// ```
public struct ComparisonTable: Sendable, CustomStringConvertible {
    /// The table's rows of cells, the heading first.
    public let rows: [[String]]

    /// A table of reports on the same classes.
    ///
    /// - Parameter columns: The title of each column and its reports; several are shown as mean and standard deviation.
    public init(columns: [(title: String, reports: [EvaluationReport])]) {
        let reports = columns.flatMap(\.reports)
        let classes = EvaluationReport.classes(of: reports)
        func row(_ name: String, share: String, _ measure: (EvaluationReport) -> Double?) -> [String] {
            [name, share] + columns.map { Self.meanAndDeviation($0.reports.map(measure)) }
        }

        rows =
            [["class", "share"] + columns.map(\.title)]
            + classes.headToTail.map { index in
                row(classes[index].name.quotedName, share: percent(classes[index].share)) { $0.classes[index].iou }
            }
            + [row("mIoU", share: "", \.mIoU), row("head mean", share: "", \.headMean), row("tail mean", share: "", \.tailMean)]
    }

    /// A table with one report in each column.
    public init(_ reports: [(title: String, report: EvaluationReport)]) {
        self.init(columns: reports.map { ($0.title, [$0.report]) })
    }

    /// A table of finished runs, each column under its folder's name.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - averaging: Whether folders whose names differ only in the number after the last hyphen, such as
    ///     `diffmatch-1` and `diffmatch-2`, share a column.
    public init(runs: FinishedRuns, averaging: Bool = false) { self.init(columns: runs.groups(averaging: averaging)) }

    /// A table of reports on the same classes, each column under its method's name.
    public init(_ reports: [EvaluationReport]) { self.init(reports.map { ($0.method?.rawValue ?? "predictions", $0) }) }

    /// The table with its columns aligned and lines between heading, classes and means.
    public var description: String {
        let lines = TextTable.aligned(rows)
        let rule = String(repeating: "-", count: lines[0].count)
        return ([lines[0], rule] + lines[1..<(lines.count - 3)] + [rule] + lines.suffix(3)).joined(separator: "\n") + "\n"
    }

    /// The means only, with a line for each column of the table.
    public var means: String {
        let means = [["run"] + rows[0].dropFirst(2)] + rows.suffix(3).map { [$0[0]] + $0.dropFirst(2) }
        return TextTable.ruled(means[0].indices.map { column in means.map { $0[column] } })
    }

    /// Fractions in percent: one as it is, several as mean and standard deviation; a dash if all are absent.
    private static func meanAndDeviation(_ fractions: [Double?]) -> String {
        let present = fractions.compactMap { $0 }
        guard present.count > 1 else { return percent(present.first) }
        return "\(percent(present.mean)) +-\(percent(present.standardDeviation))"
    }
}

/// The share of each class in the predictions of each run, beside its true share of the evaluated pixels, in percent.
///
/// A run that is biased toward frequent classes predicts rare ones less often than they occur.
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
        let classes = EvaluationReport.classes(of: columns.map(\.report))
        let truth = columns.first?.report.shares(byTruth: true)
        let found = columns.map { $0.report.shares(byTruth: false) }
        rows =
            [["class", "truth"] + columns.map(\.title)]
            + classes.headToTail.map { index in
                [classes[index].name.quotedName] + ([truth] + found).map { percent($0.map { $0[index] }) }
            }
    }

    /// A table of finished runs, each column under its folder's name.
    public init(runs: FinishedRuns) { self.init(runs.single) }

    /// The table with its columns aligned.
    public var description: String { TextTable.ruled(rows) }
}

extension [Double] {
    /// The mean; nil of no number.
    var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

    /// The standard deviation of a sample; nil of fewer than two numbers.
    var standardDeviation: Double? {
        guard count > 1, let mean else { return nil }
        return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
    }
}

/// Rows of cells as aligned text.
enum TextTable {
    /// The rows as text, with a line below the heading.
    static func ruled(_ rows: [[String]]) -> String {
        let lines = aligned(rows)
        return ([lines[0], String(repeating: "-", count: lines[0].count)] + lines[1...]).joined(separator: "\n") + "\n"
    }

    /// The rows as lines: the first column aligned left, the others right.
    static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
    }
}
