import DMDatasets
import DMExperiments
import DMFormats
import DiffMatch
import Foundation
import Testing

@Suite("Runs of experiments, compared in pairs") struct DifferenceTableTests {
    /// Folders of runs with these measures, and their paths.
    private func withRuns(_ measures: [(name: String, mIoU: Double, tail: Double?)], _ body: ([String], String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let paths = try measures.map { run in
            let path = folder.appending(path: run.name).path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            var report = EvaluationReport(
                configuration: Configuration(), seconds: 12, matrix: ConfusionMatrix(classCount: 2), classNames: ["sky, \"blue\"", "sign"],
                shares: ClassShares(pixelCounts: [75, 25]))
            report.mIoU = run.mIoU
            report.tailMean = run.tail
            report.classes[0].iou = 0.25
            try report.write(to: "\(path)/metrics.json")
            return path
        }
        try body(paths, folder.path)
    }

    private let measures: [(name: String, mIoU: Double, tail: Double?)] = [
        ("plain-p1s1", 0.5, 0.125), ("plain-p1s2", 0.52, 0.25), ("plain-p2s1", 0.6, 0.375), ("plain-p2s2", 0.61, 0.25),
        ("better-p1s1", 0.53, 0.25), ("better-p1s2", 0.53, 0.25), ("better-p2s1", 0.63, 0.375), ("other-p2s1", 0.5, nil),
    ]

    @Test func differencesAreThoseOfPairs() throws {
        try withRuns(measures) { paths, _ in
            let table = try DifferenceTable(of: FinishedRuns(paths), to: "plain")
            #expect(
                table.rows == [
                    ["run", "runs", "mIoU", "tail", "mIoU to plain", "tail to plain"],
                    ["plain", "4", "55.8", "25.0", "", ""],
                    // 3, 1 and 3 points: their mean is 7 / 3, its standard error (4 / 3 / 3)^(1/2).
                    ["better", "3", "56.3", "29.2", "2.3 +- 0.7", "4.2 +- 4.2"],
                    ["other", "1", "50.0", "-", "-10.0", "-"],
                ])
            #expect(throws: ReportError.noSuchRun(name: "best", found: ["plain", "better", "other"])) {
                try DifferenceTable(of: FinishedRuns(paths), to: "best")
            }
        }
    }

    @Test func aTableOutlivesTheFolders() throws {
        try withRuns(measures) { paths, folder in
            let csv = "\(folder)/runs.csv"
            try FinishedRuns(paths).write(csv: csv)
            let lines = String(decoding: try FileBytes.read(csv), as: UTF8.self).split(separator: "\n")
            #expect(lines[0] == "run,measured,steps,seconds,mIoU,head,tail,\"sky, \"\"blue\"\"\",sign")
            #expect(lines[1] == "share,,,,,,,0.75,0.25")
            #expect(lines[2] == "plain-p1s1,,1000,12.0,0.5,,0.125,0.25,")
            let again = try FinishedRuns([csv])
            #expect(try DifferenceTable(of: again, to: "plain").rows == DifferenceTable(of: FinishedRuns(paths), to: "plain").rows)
            #expect(
                ComparisonTable(runs: again, averaging: true).rows == ComparisonTable(runs: try FinishedRuns(paths), averaging: true).rows)
            // A run that was measured again takes the place of its former line.
            try FinishedRuns([csv, paths[7]]).write(csv: csv)
            #expect(String(decoding: try FileBytes.read(csv), as: UTF8.self).split(separator: "\n") == lines)
        }
    }

    @Test(
        arguments: [
            ("", "line 1: expected the columns"), ("run,steps,a\n", "line 1: expected the columns"),
            ("HEAD,a\nx\n", "line 2: 1 cells where the first line has 8"), ("HEAD,a\nx,,,,,,,1\n", "line 2: expected the classes' shares"),
            ("HEAD,a\nshare,,,,,,,1\nx,,many,1,,,,\n", "line 3: 'many,1' are no steps and seconds"),
            ("HEAD,a\nshare,,,,,,,1\nx,,1,1,nan,,,\n", "line 3: 'nan' is no fraction of 1"),
            ("HEAD,a\nshare,,,,,,,1\nx,,1,1,0.5,,,7\n", "line 3: '7' is no fraction of 1"),
        ])
    func whatIsNoTableIsNamedWithItsLine(text: String, reason: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
        try AtomicFile.write(text.replacing("HEAD", with: "run,measured,steps,seconds,mIoU,head,tail"), to: path)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        #expect { try FinishedRuns([path]) } throws: { "\($0)".hasPrefix("'\(path)' is no report: \(reason)") }
    }
}
