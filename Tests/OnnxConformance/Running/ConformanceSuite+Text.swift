extension ConformanceSuite {
    /// A table by operator, the cases that failed or are unsupported with their reasons, and the summary.
    public var text: String {
        let groups = Dictionary(grouping: reports, by: \.group).mapValues { ConformanceSuite(reports: $0).counts }
        let width = max(8, groups.keys.map(\.count).max() ?? 0)
        func row(_ name: String, _ cells: [String]) -> String {
            name + String(repeating: " ", count: width - name.count)
                + cells.map { String(repeating: " ", count: max(0, 13 - $0.count)) + $0 }.joined()
        }
        var lines = [row("operator", ["passed", "failed", "unsupported"])]
        for (name, counts) in groups.sorted(by: { $0.key < $1.key }) {
            lines.append(row(name, ["\(counts.passed)", "\(counts.failed)", "\(counts.unsupported)"]))
        }
        for report in reports {
            switch report.outcome {
            case .passed: break
            case .failed(let reason): lines.append("failed: \(report.name): \(reason)")
            case .unsupported(let reason): lines.append("unsupported: \(report.name): \(reason)")
            }
        }
        return (lines + [summary]).joined(separator: "\n")
    }
}
