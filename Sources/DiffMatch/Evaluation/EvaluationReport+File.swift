import DMTensors
import Foundation

extension EvaluationReport {
    /// Writes the report as JSON, as a whole or not at all.
    ///
    /// - Parameter path: The file, `metrics.json` by custom.
    /// - Throws: `FileError` where the system refuses.
    public func write(to path: String) throws {
        try AtomicFile.write(Array(JSONEncoder.readable.encode(self)) + Array("\n".utf8), to: path)
    }

    /// Reads a report.
    ///
    /// - Throws: `FileError` for a missing file, `ReportError.malformed` for one that is no report.
    public init(path: String) throws {
        let bytes = try FileBytes.read(path)
        do {
            self = try JSONDecoder.readable.decode(EvaluationReport.self, from: Data(bytes))
        } catch {
            throw ReportError.malformed(path: path, reason: "\(error)")
        }
    }

    /// The reports of finished runs, each under its folder's name.
    ///
    /// - Parameters:
    ///   - folders: Folders of runs.
    ///   - measures: The file of the measures in each folder.
    /// - Throws: `FileError` or `ReportError` where a report is missing or malformed, `ReportError.classesDiffer` where
    ///   the runs are not on the same classes.
    static func ofRuns(_ folders: [String], measures: String) throws -> [(title: String, report: EvaluationReport)] {
        let reports = try folders.map { try EvaluationReport(path: "\($0)/\(measures)") }
        let names = reports.map { $0.classes.map(\.name) }
        if let found = names.first(where: { $0 != names[0] }) { throw ReportError.classesDiffer(expected: names[0], found: found) }
        return zip(folders, reports).map { (URL(filePath: $0).lastPathComponent, $1) }
    }

    /// The reports of finished runs, in groups that are shown as one.
    ///
    /// - Parameters:
    ///   - folders: Folders of runs.
    ///   - measures: The file of the measures in each folder.
    ///   - averaging: Whether folders whose names differ in a number behind the last hyphen alone, such as
    ///     `diffmatch-1` and `diffmatch-2`, are one group; each is one of its own otherwise.
    /// - Throws: As ``ofRuns(_:measures:)``.
    static func groups(
        ofRuns folders: [String], measures: String, averaging: Bool
    ) throws -> [(title: String, reports: [EvaluationReport])] {
        var groups: [(title: String, reports: [EvaluationReport])] = []
        for (name, report) in try ofRuns(folders, measures: measures) {
            let title = averaging ? name.replacing(/-[0-9]+$/, with: "") : name
            if averaging, let group = groups.firstIndex(where: { $0.title == title }) {
                groups[group].reports.append(report)
            } else {
                groups.append((title, [report]))
            }
        }
        return groups
    }
}
