import DMDatasets
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
    /// - Parameter columns: The title of each column and its reports; of several, mean and standard deviation are shown.
    public init(columns: [(title: String, reports: [EvaluationReport])]) {
        let reports = columns.flatMap(\.reports)
        let classes = Self.classes(of: reports)
        func row(_ name: String, share: String, _ measure: (EvaluationReport) -> Double?) -> [String] {
            [name, share] + columns.map { Self.percent($0.reports.map(measure)) }
        }

        rows =
            [["class", "share"] + columns.map(\.title)]
            + Self.headToTail(classes).map { index in
                row(classes[index].name, share: Self.percent(classes[index].share)) { $0.classes[index].iou }
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
    ///   - averaging: Whether folders whose names differ in a number behind the last hyphen alone, such as
    ///     `diffmatch-1` and `diffmatch-2`, share a column.
    public init(runs: FinishedRuns, averaging: Bool = false) { self.init(columns: runs.groups(averaging: averaging)) }

    /// A table of reports on the same classes, each column under its method's name.
    public init(_ reports: [EvaluationReport]) { self.init(reports.map { ($0.method?.rawValue ?? "predictions", $0) }) }

    /// The table with its columns aligned and lines between heading, classes and means.
    public var description: String {
        let lines = Self.aligned(rows)
        let rule = String(repeating: "-", count: lines[0].count)
        return ([lines[0], rule] + lines[1..<(lines.count - 3)] + [rule] + lines.suffix(3)).joined(separator: "\n") + "\n"
    }

    /// The means alone: a line for each column of the table.
    public var means: String {
        let means = [["run"] + rows[0].dropFirst(2)] + rows.suffix(3).map { [$0[0]] + $0.dropFirst(2) }
        return Self.ruled(means[0].indices.map { column in means.map { $0[column] } })
    }

    /// The classes that all reports are on.
    static func classes(of reports: [EvaluationReport]) -> [EvaluationReport.ClassResult] {
        let classes = reports.first?.classes ?? []
        checkShape(
            reports.allSatisfy { $0.classes.count == classes.count },
            "reports on \(reports.map(\.classes.count)) classes do not make one table")
        return classes
    }

    /// The places of classes, from the most frequent in training to the rarest.
    static func headToTail(_ classes: [EvaluationReport.ClassResult]) -> [Int] { headToTail(shares: classes.map(\.share)) }

    /// The places of classes of these shares, from the most frequent in training to the rarest.
    static func headToTail(shares: [Double]) -> [Int] {
        ClassShares.headToTail(of: shares)
    }

    /// Rows as text, a line below the heading.
    static func ruled(_ rows: [[String]]) -> String {
        let lines = aligned(rows)
        return ([lines[0], String(repeating: "-", count: lines[0].count)] + lines[1...]).joined(separator: "\n") + "\n"
    }

    /// Rows as lines: the first column to the left, the others to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
    }

    /// Fractions in percent: one as it is, several as mean and standard deviation; a dash if all are absent.
    private static func percent(_ fractions: [Double?]) -> String {
        let present = fractions.compactMap { $0 }
        guard present.count > 1 else { return percent(present.first) }
        let mean = present.reduce(0, +) / Double(present.count)
        let variance = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(present.count - 1)
        return "\(percent(mean)) +-\(percent(variance.squareRoot()))"
    }

    /// A fraction in percent with one decimal, a dash for an absent one.
    public static func percent(_ fraction: Double?) -> String {
        guard let fraction else { return "-" }
        let tenths = Int((fraction * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
