import Foundation

/// What became of all cases of a folder.
public struct ConformanceSuite: Sendable {
    /// The cases, in the order of their names.
    public let reports: [CaseReport]

    /// Runs every case of a folder in this process, which a model of wrong shapes stops.
    ///
    /// - Parameters:
    ///   - folder: Holds a folder for each case.
    ///   - first: How many cases are left out.
    ///   - observer: Is handed each report as soon as it is there.
    /// - Throws: ``FolderError`` where the folder cannot be read or holds no case, and what the observer throws.
    public init(folder: String, from first: Int = 0, observer: (CaseReport) throws -> Void = { _ in }) throws {
        reports = try ConformanceSuite.caseNames(in: folder).dropFirst(first).map { name in
            let report = ConformanceSuite.report(of: name, in: folder)
            try observer(report)
            return report
        }
    }

    /// Runs one case of a folder in this process, which a model of wrong shapes stops.
    public static func report(of name: String, in folder: String) -> CaseReport { ConformanceCase(folder: folder + "/" + name).run() }

    init(reports: [CaseReport]) { self.reports = reports }

    /// The names of a folder's cases, sorted.
    public static func caseNames(in folder: String) throws(FolderError) -> [String] {
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw FolderError(description: "cannot read the folder '\(folder)'")
        }
        let names = entries.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/model.onnx") }.sorted()
        guard !names.isEmpty else { throw FolderError(description: "there is no CASE/model.onnx in '\(folder)'") }
        return names
    }

    /// A folder that holds no cases.
    public struct FolderError: Error, Equatable, CustomStringConvertible {
        /// What is wrong, in one line.
        public let description: String

        /// An error that is described so.
        public init(description: String) { self.description = description }
    }

    /// How many cases passed, failed, and are unsupported.
    public var counts: (passed: Int, failed: Int, unsupported: Int) {
        reports.reduce(into: (0, 0, 0)) { counts, report in
            switch report.outcome {
            case .passed: counts.0 += 1
            case .failed: counts.1 += 1
            case .unsupported: counts.2 += 1
            }
        }
    }

    /// The line that ends a run.
    public var summary: String { "\(counts.passed) passed, \(counts.failed) failed, \(counts.unsupported) unsupported" }
}

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
