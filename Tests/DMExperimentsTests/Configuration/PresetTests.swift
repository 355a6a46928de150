import DMExperiments
import DMLayers
import DiffMatch
import Foundation
import Testing

/// The files in `presets`.
@Suite struct PresetTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../presets").path

    private func preset(_ name: String) throws -> Configuration {
        try Configuration.resolved(file: "\(Self.folder)/\(name).yaml", assignments: name == "builtin" ? [] : ["dataset.root=/data"])
    }

    @Test(arguments: ["builtin", "pascal", "cityscapes", "coco", "camvid"])
    func everyDataSetHasOne(name: String) throws { #expect(try preset(name).dataset.name.rawValue == name) }

    @Test(arguments: ["ccp17", "labelmefacade"])
    func foldersOfPhotographsHaveOneToo(name: String) throws { #expect(try preset(name).dataset.name == .folder) }

    @Test func thereAreNoOthers() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(
            files.sorted() == [
                "builtin.yaml", "camvid.yaml", "ccp17.yaml", "cityscapes.yaml", "coco.yaml", "labelmefacade.yaml", "pascal.yaml",
            ])
    }

    @Test func theBuiltInOneIsTheDefault() throws { #expect(try preset("builtin") == Configuration()) }

    @Test(
        arguments: [
            // Crop, epochs, unlabeled images, rate of the encoder, factor of the rest, threshold.
            ("pascal", 513, 80, 9920, 0.001, 10.0, 0.95), ("cityscapes", 801, 240, 2789, 0.005, 1, 0),
            ("coco", 513, 30, 118_056, 0.004, 10, 0.95),
        ])
    func publishedSettings(
        name: String, crop: Int, epochs: Int, unlabeled: Int, encoderRate: Double, factor: Double, threshold: Double
    ) throws {
        let preset = try preset(name)
        #expect(preset.augmentation.crop == crop && preset.augmentation.scaleRange == 0.5...2)
        #expect(preset.training.batchSize == 8 && preset.training.steps == epochs * (unlabeled / 8))
        #expect(preset.training.evaluateEvery == unlabeled / 8)
        #expect(preset.encoder.name == .resnet101 && preset.encoder.stem == .deep && preset.encoder.outputStride == .sixteen)
        let optimizer = preset.optimizer
        #expect(abs(optimizer.learningRate * optimizer.encoderFactor - encoderRate) < 1e-12)
        #expect(abs(optimizer.encoderFactor * factor - 1) < 1e-12)
        #expect(optimizer.referenceBatch == 8, "the published rate is that of 8 + 8 images")
        #expect(optimizer.name == .sgd && optimizer.momentum == 0.9 && optimizer.weightDecay == 1e-4 && optimizer.power == 0.9)
        #expect(preset.pseudoLabels.threshold == threshold)
        #expect(preset.training.ohemMinimumKept == (name == "cityscapes" ? 200_000 : 0))
    }

    @Test func withoutAFolderTheyAskForIt() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.resolved(file: "\(Self.folder)/pascal.yaml", assignments: [])
        }
        #expect(error?.description.contains("set dataset.root") == true)
    }
}
