import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

private func report(_ method: TrainingMethod, predictions: [Int32]) -> EvaluationReport {
    var configuration = Configuration()
    configuration.method = method
    configuration.seed = 3
    configuration.training.steps = 40
    var matrix = ConfusionMatrix(classCount: 4)
    matrix.add(predictions: Tensor(predictions), truth: Tensor([0, 0, 1, 1, 2, 255]))
    return EvaluationReport(
        configuration: configuration, seconds: 1.5, matrix: matrix, classNames: ["road", "sign", "sky", "bird"],
        shares: ClassShares(pixelCounts: [300, 99, 600, 1]))
}

@Suite struct EvaluationReportTests {
    @Test func meansAreOverTheirClasses() {
        let report = report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3])
        #expect(report.classes.map(\.iou) == [1, 0.5, 0.5, nil])
        #expect(report.mIoU == 2.0 / 3)
        #expect(report.headMean == 0.75)
        #expect(report.tailMean == 0.5)
        #expect(report.pixelAccuracy == 0.8)
        #expect(report.classes.map(\.share) == [0.3, 0.099, 0.6, 0.001])
    }

    @Test func predictedSharesStandBesideTheTrueOnes() {
        let table = PredictedShareTable([("run", report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3]))])
        #expect(
            table.rows == [
                ["class", "truth", "run"], ["sky", "20.0", "40.0"], ["road", "40.0", "40.0"], ["sign", "40.0", "20.0"],
                ["bird", "0.0", "0.0"],
            ])
        var unknown = report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3])
        unknown.confusion = nil
        #expect(PredictedShareTable([("run", unknown)]).rows[1] == ["sky", "-", "-"])
    }

    @Test func fileHasTheAgreedKeysAndNulls() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json").path
        let report = report(.supervisedDiffusion, predictions: [0, 0, 1, 2, 2, 3])
        try report.write(to: path)
        let bytes = try FileBytes.read(path)
        try FileManager.default.removeItem(atPath: path)
        #expect(try JSONDecoder().decode(EvaluationReport.self, from: Data(bytes)) == report)
        let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["method"] as? String == "supervised-diffusion")
        #expect(object["seed"] as? Int == 3)
        #expect(object["steps"] as? Int == 40)
        #expect(object["seconds"] as? Double == 1.5)
        #expect(object["headMean"] as? Double == 0.75)
        #expect(object["tailMean"] as? Double == 0.5)
        #expect(object["pixelAccuracy"] as? Double == 0.8)
        let classes = try #require(object["classes"] as? [[String: Any]])
        #expect(classes.map { $0["name"] as? String } == ["road", "sign", "sky", "bird"])
        #expect(classes[3]["iou"] is NSNull)
    }

    @Test func otherFilesAreNoReports() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json").path
        try Data("{}".utf8).write(to: URL(filePath: path))
        #expect { try EvaluationReport(path: path) } throws: { "\($0)".hasPrefix("'\(path)' is no report: ") }
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: FileError.self) { try EvaluationReport(path: path) }
    }

    @Test func runsAreComparedByFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        func write(_ report: EvaluationReport, _ name: String) throws -> String {
            let run = folder.appending(path: name)
            try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
            try report.write(to: run.appending(path: "metrics.json").path)
            return run.path
        }
        var first = report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3])
        first.mIoU = 0.5
        var second = first
        second.mIoU = 0.7
        let runs = [try write(first, "fixmatch-1"), try write(second, "fixmatch-2")]
        let plain = ComparisonTable(runs: try FinishedRuns(runs)).rows
        #expect(plain[0] == ["class", "share", "fixmatch-1", "fixmatch-2"])
        #expect(plain.contains(["mIoU", "", "50.0", "70.0"]))
        let averaged = ComparisonTable(runs: try FinishedRuns(runs), averaging: true).rows
        #expect(averaged[0] == ["class", "share", "fixmatch"])
        // The standard deviation of 0.5 and 0.7 is 0.2 / sqrt 2.
        #expect(averaged.contains(["mIoU", "", "60.0 +-14.1"]))

        try FileManager.default.moveItem(atPath: "\(runs[1])/metrics.json", toPath: "\(runs[1])/validation.json")
        let validated = try FinishedRuns([runs[1]], measures: "validation.json")
        #expect(ComparisonTable(runs: validated).rows[0] == ["class", "share", "fixmatch-2"])
        let file = try FinishedRuns([runs[0], "\(runs[1])/validation.json"])
        #expect(ComparisonTable(runs: file).rows[0] == ["class", "share", "fixmatch-1", "fixmatch-2/validation"])
        #expect(ComparisonTable(runs: file, averaging: true).rows[0] == ["class", "share", "fixmatch", "fixmatch/validation"])
        #expect(file.folders.count == 2)
        #expect(try FinishedRuns([runs[1], "\(runs[1])/validation.json"], measures: "validation.json").folders == [runs[1]])

        second.classes[3].name = "fish"
        let other = try write(second, "fixmatch-3")
        #expect(throws: ReportError.classesDiffer(expected: first.classes.map(\.name), found: second.classes.map(\.name))) {
            try FinishedRuns([runs[0], other])
        }
    }

    @Test func namesOfClassesDoNotMoveTheCursor() throws {
        let json = #"{"seed": 1, "steps": 2, "seconds": 3, "samplingSteps": [], "classes": [{"name": "a\n\u001b[2J", "share": SHARE}]}"#
        try withTemporaryFolder { folder in
            try FileBytes.append(Array(json.replacing("SHARE", with: "2").utf8), to: folder)
            let error = #expect(throws: ReportError.self) { try EvaluationReport(path: folder) }
            #expect(error.map { "\($0)".hasSuffix("share of a\\u{a}\\u{1b}[2J is 2.0; expected a fraction of 1") } == true)
        }
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(json.replacing("SHARE", with: "1").utf8))
        #expect(ComparisonTable([report]).rows[1] == ["a\\u{a}\\u{1b}[2J", "100.0", "-"])
    }

    @Test func absentMeansAreNullInTheFile() throws {
        var configuration = Configuration()
        configuration.method = .supervised
        let empty = EvaluationReport(
            configuration: configuration, seconds: 0, matrix: ConfusionMatrix(classCount: 1), classNames: ["a"],
            shares: ClassShares(pixelCounts: [1]))
        let object = try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(empty)) as? [String: Any])
        for key in ["mIoU", "headMean", "tailMean", "pixelAccuracy", "meanAccuracy"] { #expect(object[key] is NSNull, "\(key)") }
    }

    @Test func tableIsAlignedFromHeadToTail() {
        let table = ComparisonTable([
            report(.supervised, predictions: [0, 1, 1, 2, 2, 3]), report(.diffmatch, predictions: [0, 0, 1, 1, 2, 3]),
        ])
        #expect(
            table.description == """
                class      share  supervised  diffmatch
                ---------------------------------------
                sky         60.0        50.0      100.0
                road        30.0        50.0      100.0
                sign         9.9        33.3      100.0
                bird         0.1           -          -
                ---------------------------------------
                mIoU                    44.4      100.0
                head mean               50.0      100.0
                tail mean               33.3      100.0

                """)
        #expect(
            table.means == """
                run          mIoU  head mean  tail mean
                ---------------------------------------
                supervised   44.4       50.0       33.3
                diffmatch   100.0      100.0      100.0

                """)
    }

    /// What no measurement gives would stop a table or a plot.
    @Test(arguments: [
        ("\"mIoU\" : [0-9.]+", "\"mIoU\" : 9223372036854775807"), ("\"share\" : 0.6", "\"share\" : -1e300"),
        ("\"steps\" : 40", "\"steps\" : -1"), ("\"seconds\" : 1.5", "\"seconds\" : 1e308"),
        ("\"confusion\" : \\[\n +\\[\n +[0-9]+", "\"confusion\" : [ [ 4611686018427387904"),
        ("\"confusion\" : \\[\n +\\[\n +[0-9]+,", "\"confusion\" : [ ["), ("\"classes\" : \\[[^\\]]*\\]", "\"classes\" : []"),
    ])
    func whatNoMeasurementGivesIsRefused(pattern: String, replacement: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json").path
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        try report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3]).write(to: path)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let damaged = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
        #expect(damaged != text)
        try AtomicFile.write(damaged, to: path)
        #expect(throws: ReportError.self) { try EvaluationReport(path: path) }
    }
}
