import DMTensors
import Foundation

/// All cases of a folder.
public struct ConformanceSuite: Sendable {
    /// What became of each case, in the order of their names.
    public let reports: [CaseReport]

    /// Runs every case of a folder.
    ///
    /// - Parameters:
    ///   - folder: Holds a folder for each case.
    ///   - isWanted: Whether a case of that name is run.
    /// - Throws: An error where the folder cannot be read or holds no case.
    public init(folder: String, where isWanted: (String) -> Bool = { _ in true }) throws {
        let names = try ConformanceSuite.caseNames(in: folder)
        reports = names.filter(isWanted).map { ConformanceCase(folder: folder + "/" + $0).run() }
    }

    /// The names of a folder's cases, sorted.
    ///
    /// - Throws: An error where the folder cannot be read or holds no case.
    public static func caseNames(in folder: String) throws -> [String] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FolderError(description: "cannot read the folder '\(folder)'")
        }
        let names = entries.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/model.onnx") }.sorted()
        guard !names.isEmpty else { throw FolderError(description: "there is no CASE/model.onnx in '\(folder)'") }
        return names
    }

    /// A folder that holds no cases.
    public struct FolderError: Error, CustomStringConvertible {
        /// What is wrong, in one line.
        public let description: String
    }
}

extension ConformanceSuite {
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

    /// What became of the cases by operator, what failed and what is unsupported with reasons, and the summary.
    public var text: String {
        var groups: [String: (passed: Int, failed: Int, unsupported: Int)] = [:]
        for report in reports {
            switch report.outcome {
            case .passed: groups[report.group, default: (0, 0, 0)].passed += 1
            case .failed: groups[report.group, default: (0, 0, 0)].failed += 1
            case .unsupported: groups[report.group, default: (0, 0, 0)].unsupported += 1
            }
        }
        let width = max(8, groups.keys.map(\.count).max() ?? 0)
        func row(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: width, withPad: " ", startingAt: 0)
                + cells.map { String(repeating: " ", count: max(0, 13 - $0.count)) + $0 }.joined()
        }
        var lines = [row("operator", ["passed", "failed", "unsupported"])]
        lines += groups.sorted { $0.key < $1.key }.map {
            row($0.key, ["\($0.value.passed)", "\($0.value.failed)", "\($0.value.unsupported)"])
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

extension CaseReport {
    /// What the case is counted under: its operator, or that it has several.
    public var group: String { operators.count == 1 ? operators[0] : operators.isEmpty ? "(unreadable)" : "(several operators)" }
}
