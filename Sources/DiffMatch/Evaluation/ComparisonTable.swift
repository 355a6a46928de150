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
    /// - Parameter reports: Title and report of each column.
    public init(_ reports: [(title: String, report: EvaluationReport)]) {
        let classes = reports.first?.report.classes ?? []
        checkShape(
            reports.allSatisfy { $0.report.classes.count == classes.count },
            "reports on \(reports.map(\.report.classes.count)) classes do not make one table")
        let headToTail = classes.indices.sorted { (classes[$1].share, $0) < (classes[$0].share, $1) }
        var rows = [["class", "share"] + reports.map(\.title)]
        for index in headToTail {
            rows.append(
                [classes[index].name, Self.percent(classes[index].share)] + reports.map { Self.percent($0.report.classes[index].iou) })
        }
        let means: [(String, KeyPath<EvaluationReport, Double?>)] = [
            ("mIoU", \.mIoU), ("head mean", \.headMean), ("tail mean", \.tailMean),
        ]
        for (name, path) in means { rows.append([name, ""] + reports.map { Self.percent($0.report[keyPath: path]) }) }
        self.rows = rows
    }

    /// A table of reports that were read from files, each column under its method's name.
    ///
    /// - Throws: `ReportError.classesDiffer` where they are not on the same classes.
    public init(comparing reports: [EvaluationReport]) throws(ReportError) {
        let names = reports.first?.classes.map(\.name) ?? []
        for found in reports.map({ $0.classes.map(\.name) }) where found != names {
            throw .classesDiffer(expected: names, found: found)
        }
        self.init(reports)
    }

    /// A table of reports on the same classes, each column under its method's name.
    public init(_ reports: [EvaluationReport]) { self.init(reports.map { ($0.method.rawValue, $0) }) }

    /// The table with its columns aligned and lines between heading, classes and means.
    public var description: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
        let rule = String(repeating: "-", count: lines[0].count)
        return ([lines[0], rule] + lines[1..<(lines.count - 3)] + [rule] + lines.suffix(3)).joined(separator: "\n") + "\n"
    }

    /// A fraction in percent with one decimal, a dash for an absent one.
    public static func percent(_ fraction: Double?) -> String {
        guard let fraction else { return "-" }
        let tenths = Int((fraction * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
