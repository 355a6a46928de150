import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct PredictedMasksTests {
    @Test func predictionsInFilesAreScoredAsTheyAre() throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            let configuration = try UserFolder.settings(root)
            let samples = try configuration.makeDataset().samples(of: .validation)
            let folder = "\(root)/predictions"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var right = 0
            for index in 0..<samples.count {
                // Right but for the first row, which is of the last class.
                let truth = try #require(try samples.labels(at: index))
                let width = truth.shape[1]
                let labels = (0..<truth.count).map { $0 < width ? 4 : truth.scalars[$0] }
                right += zip(labels, truth.scalars).count { $0 == $1 }
                try ImageFile.write(LabelMap(Tensor(labels, shape: truth.shape)), to: "\(folder)/\(samples.identifier(at: index)).png")
            }
            let report = try EvaluationReport(predictionsIn: folder, configuration)
            #expect(report.method == nil && report.part == .validation)
            #expect(report.pixelAccuracy == Double(right) / Double(40 * 40 + 48 * 48))
            #expect(ComparisonTable([report]).rows[0] == ["class", "share", "predictions"])
        }
    }

    @Test func allThatCannotBeComparedIsToldAtOnce() throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            try AtomicFile.write("11\n12\n13\n", to: "\(root)/val.txt")
            try ImageFile.write(LabelMap(Tensor(repeating: 0, shape: [48, 48])), to: "\(root)/masks/11.png")
            let configuration = try UserFolder.settings(root)
            let folder = "\(root)/predictions"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try ImageFile.write(LabelMap(Tensor(repeating: 5, shape: [48, 48])), to: "\(folder)/11.png")
            try ImageFile.write(LabelMap(Tensor(repeating: 0, shape: [48, 40])), to: "\(folder)/12.png")
            let error = #expect(throws: DatasetErrors.self) { try EvaluationReport(predictionsIn: folder, configuration) }
            #expect(error?.errors.map(\.kind) == [.badLabel, .sizesDiffer, .missing])
            #expect(error?.errors.last?.message.contains("'13.png'") == true)
            #expect(throws: DatasetError.self) { try EvaluationReport(predictionsIn: "\(root)/nowhere", configuration) }
        }
    }
}
