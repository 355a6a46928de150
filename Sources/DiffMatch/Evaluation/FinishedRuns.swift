import DMTensors
import Foundation

/// Finished runs and what was measured of them, read once, to be shown side by side.
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
        /// The name of the file, where it is not the one that is read of each folder.
        let file: String?
        let report: EvaluationReport

        /// The name of the folder, and behind a slash that of a file of its own.
        func title(withoutSeed: Bool = false) -> String {
            let name = URL(filePath: folder).lastPathComponent
            return (withoutSeed ? name.replacing(/-[0-9]+$/, with: "") : name) + (file.map { "/\($0)" } ?? "")
        }

        /// The settings that the network was measured with: those of the run, and those that were changed after training.
        func configuration() throws -> Configuration {
            var configuration = try Configuration.load(file: "\(folder)/config.yaml")
            try configuration.set((report.changedSettings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
            return configuration
        }
    }

    let all: [Measured]

    /// Runs on the same classes.
    ///
    /// - Parameters:
    ///   - paths: Folders of runs, or files of measures in them, which end in `.json`.
    ///   - measures: The file of the measures in each folder.
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
        let names = all.map { $0.report.classes.map(\.name) }
        if let found = names.first(where: { $0 != names[0] }) { throw ReportError.classesDiffer(expected: names[0], found: found) }
    }

    /// The folders, in the order in which they were named, each once.
    public var folders: [String] {
        var seen: Set<String> = []
        return all.map(\.folder).filter { seen.insert(URL(filePath: $0).standardizedFileURL.path).inserted }
    }

    /// Each run with its title.
    var single: [(title: String, report: EvaluationReport)] { all.map { ($0.title(), $0.report) } }

    /// The runs in groups that are shown as one.
    ///
    /// - Parameter averaging: Whether folders whose names differ in a number behind the last hyphen alone, such as
    ///   `diffmatch-1` and `diffmatch-2`, are one group; each is one of its own otherwise.
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
