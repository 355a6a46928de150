import DMDatasets
import DMTensors
import DiffMatch
import Foundation
import Testing

private func report(_ method: Method, predictions: [Int32]) -> EvaluationReport {
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

    @Test func reportsOnOtherClassesAreNotCompared() {
        let report = report(.fixmatch, predictions: [0, 0, 1, 2, 2, 3])
        var other = report
        other.classes[3].name = "fish"
        #expect(throws: ReportError.classesDiffer(expected: report.classes.map(\.name), found: other.classes.map(\.name))) {
            try ComparisonTable(comparing: [report, other])
        }
        #expect(throws: Never.self) { try ComparisonTable(comparing: [report, report]) }
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
    }
}
