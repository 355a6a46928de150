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

    private static let names = (try? ConformanceSuite.caseNames(in: folder)) ?? []

    private static let areThere: ConditionTrait = .enabled(if: !names.isEmpty, "\(folder) is not there (Debian's libonnx-testdata)")

    @Test("pass, but for those that are listed", areThere, arguments: names)
    func agrees(name: String) throws {
        let listed = try Self.listed()
        switch ConformanceSuite.report(of: name, in: Self.folder).outcome {
        case .passed: #expect(listed[name] == nil, "\(name) passes: it no longer belongs into unsupported.txt")
        case .failed(let reason): Issue.record("\(name): \(reason)")
        case .unsupported(let reason): #expect(listed[name] == reason, "\(name) is unsupported, and not listed so")
        }
    }

    @Test("are listed only where there are such cases", areThere)
    func listedCases() throws {
        let listed = try Self.listed()
        #expect(Set(listed.keys).isSubset(of: Self.names))
        #expect(listed.count <= 125)
    }

    @Test("are listed with a reason where they are unsupported")
    func reasons() throws {
        let listed = try Self.listed()
        #expect(!listed.isEmpty && listed.values.allSatisfy { !$0.isEmpty })
    }
}
