import DiffMatch
import Foundation

/// Finished runs and their reports, read once, to be compared.
///
/// ```swift
/// let runs = try FinishedRuns(["runs/supervised", "runs/diffmatch", "runs/diffmatch/adjusted.json"])
/// print(ComparisonTable(runs: runs))
/// ```
public struct FinishedRuns: Sendable {
    /// One measurement of a run.
    struct Measured: Sendable {
        /// The run's folder.
        let folder: String
        /// The name of the report's file, if it is not the usual one.
        let file: String?
        let report: EvaluationReport

        /// The name of the folder, followed by a slash and the name of the file if that is not the usual one.
        func title(withoutSeed: Bool = false) -> String {
            let name = URL(filePath: folder).lastPathComponent
            return (withoutSeed ? name.replacing(/-[0-9]+$/, with: "") : name) + (file.map { "/\($0)" } ?? "")
        }

        /// The settings that the network was evaluated with: those of the run, with what was changed after training.
        func configuration() throws -> Configuration {
            var configuration = try Configuration.loadSaved(file: "\(folder)/config.yaml")
            try configuration.set(saved: report.changedSettings ?? [:])
            return configuration
        }
    }

    let all: [Measured]

    /// Runs on the same classes.
    ///
    /// - Parameters:
    ///   - paths: Folders of runs, or reports in them, whose names end in `.json`.
    ///   - measures: The name of the report in each folder.
    /// - Throws: `FileError` or `ReportError` where a report is missing or malformed, `ReportError.classesDiffer` where
    ///   the runs are not on the same classes.
    public init(_ paths: [String], measures: String = "metrics.json") throws {
        all = try paths.map { path in
            guard path.hasSuffix(".json") else {
                return Measured(folder: path, file: nil, report: try EvaluationReport(path: "\(path)/\(measures)"))
            }
            let file = URL(filePath: path)
            return Measured(
                folder: file.deletingLastPathComponent().path(percentEncoded: false),
                file: file.deletingPathExtension().lastPathComponent, report: try EvaluationReport(path: path))
        }
        let binCounts = Set(all.compactMap { $0.report.calibration?.bins.count })
        if binCounts.count > 1 {
            throw ReportError.malformed(
                path: paths.joined(separator: ", "), reason: "the calibrations have \(binCounts.sorted()) bins, and cannot be compared")
        }
        let names = all.map { $0.report.classes.map(\.name) }
        if let found = names.first(where: { $0 != names[0] }) { throw ReportError.classesDiffer(expected: names[0], found: found) }
    }

    /// The folders, each once, in the order given.
    public var folders: [String] {
        var seen: Set<String> = []
        return all.map(\.folder).filter { seen.insert(URL(filePath: $0).standardizedFileURL.path).inserted }
    }

    /// Each run with its title.
    var single: [(title: String, report: EvaluationReport)] { all.map { ($0.title(), $0.report) } }

    /// The runs in groups that are shown as one.
    ///
    /// - Parameter averaging: Whether folders whose names differ only in the number after the last hyphen, such as
    ///   `diffmatch-1` and `diffmatch-2`, form one group; otherwise each run is a group of its own.
    func groups(averaging: Bool) -> [(title: String, reports: [EvaluationReport])] {
        guard averaging else { return single.map { ($0.title, [$0.report]) } }
        var groups: [(title: String, reports: [EvaluationReport])] = []
        for run in all {
            let title = run.title(withoutSeed: true)
            if let group = groups.firstIndex(where: { $0.title == title }) {
                groups[group].reports.append(run.report)
            } else {
                groups.append((title, [run.report]))
            }
        }
        return groups
    }
}
