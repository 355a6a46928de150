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

    @Test("two predictions of one image are told, not one of them taken") func twoFilesOfOneImage() throws {
        try withTemporaryFolder { root in
            for (part, name) in [("train", "a"), ("val", "b"), ("val", "c")] {
                for (folder, end) in [("leftImg8bit", "_leftImg8bit"), ("gtFine", "_gtFine_labelIds")] {
                    try FileFolder.create(at: "\(root)/\(folder)/\(part)/ulm")
                    let path = "\(root)/\(folder)/\(part)/ulm/\(name)\(end).png"
                    if folder == "gtFine" {
                        try ImageFile.write(LabelMap(Tensor(repeating: 7, shape: [4, 6])), to: path)
                    } else {
                        try ImageFile.write(Tensor(repeating: 9, shape: [4, 6, 3]), to: path)
                    }
                }
            }
            var settings = Configuration()
            try settings.set(["dataset.name=cityscapes", "dataset.root=\(root)"])
            let folder = "\(root)/predictions"
            try FileFolder.create(at: "\(folder)/more")
            func write(_ name: String) throws {
                try ImageFile.write(LabelMap(Tensor(repeating: 0, shape: [4, 6])), to: "\(folder)/\(name).png")
            }
            try write("b_leftImg8bit")
            try write("more/c")
            #expect(try EvaluationReport(predictionsIn: folder, settings, part: .validation).pixelAccuracy == 1)
            try write("b_gtFine_color")
            try FileManager.default.removeItem(atPath: "\(folder)/more/c.png")
            try AtomicFile.write("", to: "\(folder)/c.npy")
            let error = #expect(throws: DatasetErrors.self) { try EvaluationReport(predictionsIn: folder, settings, part: .validation) }
            #expect(
                error?.errors.map(\.message) == [
                    "expected one prediction of 'b', found 'b_gtFine_color.png' and 'b_leftImg8bit.png'",
                    "expected a prediction 'c.png', found none; files in the folder that do not end in .png: 1",
                ])
        }
    }
}
