import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite("What a training needs of its data, and what it leaves out")
struct TrainingRequirementsTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            try body(root)
        }
    }

    private func train(_ configuration: Configuration, _ root: String) throws {
        try Run(configuration: configuration, folder: "\(root)-run").train(showsProgress: false)
    }

    @Test("what a training refuses is a fault of the report, in the same words")
    func refusals() throws {
        try withFolder { root in
            defer {
                if FileManager.default.fileExists(atPath: "\(root)-run") {
                    #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: "\(root)-run") }
                }
            }
            let sound = try UserFolder.settings(root)
            #expect(try DatasetReport(sound).faults == [])

            // Weights that are not there.
            let weights = try UserFolder.settings(root, "encoder.name=resnet18", "encoder.weights=\(root)/none.pth")
            let missing = #expect(throws: EncoderWeightsError.self) { try train(weights, root) }
            #expect(try DatasetReport(weights).faults.map(\.message) == [missing?.description])

            // No validation part.
            try FileManager.default.removeItem(atPath: "\(root)/val.txt")
            let refused = #expect(throws: ExperimentError.self) { try train(sound, root) }
            #expect(refused == .noImages(part: "validation"))
            #expect(try DatasetReport(sound).faults.map(\.message) == [refused?.description])
            #expect(try PartitionFiles(sound).notes.last == refused?.description)

            // Nothing labeled in what is left for training.
            try AtomicFile.write((0..<8).map { "0\($0)\n" }.joined(), to: "\(root)/val.txt")
            try FileManager.default.removeItem(atPath: "\(root)/masks/12.png")
            try FileManager.default.removeItem(atPath: "\(root)/masks/13.png")
            #expect(throws: ExperimentError.noLabeledImages) { try train(sound, root) }
            #expect(throws: ExperimentError.noLabeledImages) { try PartitionFiles(sound) }
            #expect(try DatasetReport(sound).faults.map(\.message) == [ExperimentError.noLabeledImages.description])
        }
    }

    @Test("predictions are measured by no data set that a training refuses")
    func predictions() throws {
        try withFolder { root in
            try AtomicFile.write("12\nnobody\n", to: "\(root)/val.txt")
            let settings = try UserFolder.settings(root)
            let error = #expect(throws: DatasetErrors.self) { try EvaluationReport(predictionsIn: "\(root)/masks", settings) }
            #expect(error?.errors.map(\.kind) == [.unknownSample])
            #expect(throws: DatasetErrors.self) { try train(settings, root) }
            let skipping = try UserFolder.settings(root, "dataset.faults=skip")
            #expect(try EvaluationReport(predictionsIn: "\(root)/masks", skipping).mIoU == 1)
        }
    }

    @Test("the training and the report note the same")
    func notes() throws {
        try withFolder { root in
            try AtomicFile.write("GIF89a", to: "\(root)/images/x.gif")
            try AtomicFile.write("II*", to: "\(root)/masks/00.tif")
            // All of one mask is ignored.
            try ImageFile.write(LabelMap(Tensor(repeating: 255, shape: [40, 40])), to: "\(root)/masks/00.png")
            let settings = try UserFolder.settings(root, "dataset.labeledFraction=1/4")
            let data = try ExperimentData(settings)
            #expect(
                data.notes.prefix(2) == ["images: 1 file is not read (.gif 1)", "masks: 1 file is not read (.tif 1)"]
                    && data.notes.contains("train: 1 of 8 masks have no usable pixel: all of them are ignored"))
            #expect(data.notes.contains { $0.hasPrefix("train: ") && $0.hasSuffix(" % of the pixels of its masks are ignored") })
            let report = try DatasetReport(settings).description
            for note in data.notes { #expect(report.contains("note: \(note)\n")) }
            let outline = RunOutline(settings, labeled: 2, unlabeled: 10, notes: data.notes)
            #expect(outline.lines.prefix(data.notes.count) == data.notes.map { "note: \($0)" }[...])
        }
    }

    @Test("a method for unlabeled images that has none is noted", arguments: [TrainingMethod.unimatch, .supervised])
    func nothingUnlabeled(method: TrainingMethod) throws {
        try withFolder { root in
            for name in 8..<12 {
                try FileManager.default.removeItem(atPath: "\(root)/images/\(name < 10 ? "0" : "")\(name).png")
            }
            let settings = try UserFolder.settings(root, "method=\(method.rawValue)", "dataset.labeledFraction=1")
            let note = "unimatch learns from unlabeled images, and there are none: it learns from the 8 labeled ones alone"
            #expect(try ExperimentData(settings).notes.contains(note) == method.usesUnlabeled)
            #expect(try DatasetReport(settings).description.contains("note: \(note)\n") == method.usesUnlabeled)
        }
    }

    @Test("masks of 0 and 255 in which 255 was to be the foreground are noted")
    func binaryMasks() throws {
        try withFolder { root in
            for name in ["00", "01", "02", "03", "04", "05", "06", "07"] {
                let side = try ImageFile.readLabelMap(at: "\(root)/masks/\(name).png").labels.shape[0]
                let width = try ImageFile.readLabelMap(at: "\(root)/masks/\(name).png").labels.shape[1]
                let pixels = (0..<side * width).map { UInt8($0 % 4 == 0 ? 255 : 0) }
                try ImageFile.write(LabelMap(Tensor(pixels, shape: [side, width])), to: "\(root)/masks/\(name).png")
            }
            let notes = try ExperimentData(UserFolder.settings(root)).notes
            #expect(notes.contains("train: 25.0 % of the pixels of its masks are ignored"))
            #expect(notes.contains { $0.hasSuffix("if 255 is to mean the foreground, store 1 instead") })
        }
    }

    @Test("where faults are skipped, a bad annotation is left out and told, and the rest is trained on")
    func skippedAnnotation() throws {
        try withTemporaryFolder { root in
            try FileFolder.create(at: root)
            for index in 0..<6 {
                try ImageFile.write(Tensor(repeating: UInt8(40 * index), shape: [40, 40, 3]), to: "\(root)/\(index).png")
            }
            let images = (0..<6).map { #"{"id": \#($0), "file_name": "\#($0).png", "height": 40, "width": 40}"# }.joined(separator: ",")
            let regions = (0..<6).map {
                #"{"id": \#($0), "image_id": \#($0), "category_id": 1, "segmentation": [[0,0, 20,0, 20,40, 0,40]\#($0 == 3 ? ", [1,1]" : "")]}"#
            }.joined(separator: ",")
            try AtomicFile.write(
                #"{"images": [\#(images)], "annotations": [\#(regions)], "categories": [{"id": 1, "name": "cup"}]}"#,
                to: "\(root)/annotations.json")
            try AtomicFile.write("4\n5\n", to: "\(root)/val.txt")
            var settings = try tiny(.supervised, "training.steps=1", "dataset.labeledFraction=1")
            try settings.set(["dataset.name=coco", "dataset.root=\(root)", "dataset.validationList=\(root)/val.txt"])
            let error = #expect(throws: DatasetErrors.self) { try train(settings, root) }
            #expect(error?.errors.count == 1 && error?.description.contains("annotation 3: a polygon") == true)
            try settings.set("dataset.faults", to: "skip")
            let report = try Run(configuration: settings, folder: "\(root)/run").train(showsProgress: false)
            #expect(report.skippedFiles?.count == 1 && report.classes.map(\.share) == [0.5, 0.5])
        }
    }
}
