import Foundation
import OnnxConformance
import Testing

/// ONNX's own cases, as Debian and Ubuntu package them (libonnx-testdata).
@Suite("ONNX's operator cases")
struct DebianCasesTests {
    private static let folder = "/usr/share/libonnx-testdata/data/node"

    /// The cases that are known to be unsupported, with reasons. The list may only shrink.
    private static func listed() throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../OnnxConformance/unsupported.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: ": ", maxSplits: 1)
                return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
            })
    }

    @Test("pass, but for those that are listed")
    func pass() throws {
        guard FileManager.default.fileExists(atPath: Self.folder) else {
            return print("ONNX's operator cases: skipped, because \(Self.folder) is not there (Debian's libonnx-testdata)")
        }
        let suite = try ConformanceSuite(folder: Self.folder), listed = try Self.listed()
        print(suite.text.split(separator: "\n").filter { !$0.hasPrefix("unsupported: ") }.joined(separator: "\n"))
        for report in suite.reports {
            switch report.outcome {
            case .passed: #expect(listed[report.name] == nil, "\(report.name) passes: it no longer belongs into unsupported.txt")
            case .failed(let reason): Issue.record("\(report.name): \(reason)")
            case .unsupported(let reason): #expect(listed[report.name] == reason, "\(report.name) is unsupported, and not listed so")
            }
        }
        #expect(Set(listed.keys).isSubset(of: suite.reports.map(\.name)))
        #expect(listed.count <= 125)
    }

    @Test("are listed with a reason where they are unsupported")
    func reasons() throws {
        let listed = try Self.listed()
        #expect(!listed.isEmpty && listed.values.allSatisfy { !$0.isEmpty })
    }
}
