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
        /// The run's folder; of a line of a table, its name alone.
        let folder: String
        /// The name of the report's file, if it is not the usual one.
        let file: String?
        let report: EvaluationReport

        /// The name of the folder.
        var name: String { URL(filePath: folder).lastPathComponent }
        /// The name of the folder, followed by a slash and the name of the file if that is not the usual one.
        var title: String { name + suffix }
        /// The title without the repetition: what the repetitions of one experiment have in common.
        var experiment: String { (name.firstMatch(of: Self.ending).map { String(name[..<$0.range.lowerBound]) } ?? name) + suffix }
        /// Which of several runs of the experiment it is: what follows the last hyphen, if that is a seed or a partition and a
        /// seed.
        var repetition: String? { name.firstMatch(of: Self.ending).map { String($0.output.1) } }

        private static var ending: Regex<(Substring, Substring)> { /-([0-9]+|p[0-9]+s[0-9]+)$/ }
        private var suffix: String { file.map { "/\($0)" } ?? "" }

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
    ///   - paths: Folders of runs, reports in them, whose names end in `.json`, or tables of measures, whose names end in
    ///     `.csv`.
    ///   - measures: The name of the report in each folder.
    /// - Throws: `FileError` or `ReportError` where a report is missing or malformed, `ReportError.classesDiffer` where
    ///   the runs are not on the same classes.
    public init(_ paths: [String], measures: String = "metrics.json") throws {
        all = try paths.flatMap { path in
            if path.hasSuffix(".csv") { return try MeasurementTable(path: path).runs }
            guard path.hasSuffix(".json") else {
                return [Measured(folder: path, file: nil, report: try EvaluationReport(path: "\(path)/\(measures)"))]
            }
            let file = URL(filePath: path)
            let measured = Measured(
                folder: file.deletingLastPathComponent().path(percentEncoded: false),
                file: file.deletingPathExtension().lastPathComponent, report: try EvaluationReport(path: path))
            return [measured]
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

    /// Writes the measures of all runs to one table, from which they can be read again; of two with the same title the later.
    ///
    /// - Parameter path: The file, by convention with the ending `.csv`.
    /// - Throws: `FileError` where the system refuses.
    public func write(csv path: String) throws { try MeasurementTable(self).write(to: path) }

    /// Each run with its title.
    var single: [(title: String, report: EvaluationReport)] { all.map { ($0.title, $0.report) } }

    /// The runs in groups that are shown as one.
    ///
    /// - Parameter averaging: Whether folders whose names differ only in the seed after the last hyphen, such as
    ///   `diffmatch-1` and `diffmatch-2`, or in the partition and the seed, such as `diffmatch-p1s1` and `diffmatch-p1s2`, form
    ///   one group; otherwise each run is a group of its own.
    func groups(averaging: Bool) -> [(title: String, reports: [EvaluationReport])] {
        guard averaging else { return single.map { ($0.title, [$0.report]) } }
        return experiments.map { ($0.title, $0.runs.map(\.report)) }
    }

    /// The repetitions of each experiment, in the order in which the experiments first appear.
    var experiments: [(title: String, runs: [Measured])] {
        var groups: [(title: String, runs: [Measured])] = []
        for run in all {
            if let group = groups.firstIndex(where: { $0.title == run.experiment }) {
                groups[group].runs.append(run)
            } else {
                groups.append((run.experiment, [run]))
            }
        }
        return groups
    }
}
