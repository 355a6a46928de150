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
            let report = ConformanceCase(folder: folder + "/" + name).run()
            try observer(report)
            return report
        }
    }

    init(reports: [CaseReport]) { self.reports = reports }

    /// The names of a folder's cases, sorted.
    static func caseNames(in folder: String) throws(FolderError) -> [String] {
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
