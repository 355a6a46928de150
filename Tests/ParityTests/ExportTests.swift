import DMFormats
import DMLayers
import DMTensors
import Foundation
import Testing

/// Writes networks for PyTorch, where `scripts/parity/exported.py` loads them.
@Suite struct ExportTests {
    /// The folder that the files go to.
    private static let folder = ProcessInfo.processInfo.environment["DIFFMATCH_EXPORT"]

    @Test(.enabled(if: folder != nil, "the environment variable DIFFMATCH_EXPORT names no folder"))
    func networksForPyTorch() throws {
        let folder = try #require(Self.folder)
        var random = RandomSource(seed: 0)
        var resNet = ResNetClassifier(.resNet50, stem: .deep, random: &random)
        Drawing.fill(&resNet, for: "export-resnet50")
        try PyTorchFile.write(resNet.exportedWeights().arrays, to: "\(folder)/resnet50.pth")
        try Safetensors(resNet.exportedWeights()).write(to: "\(folder)/resnet50.safetensors")

        var efficientNet = EfficientNetLite0Classifier(random: &random)
        Drawing.fill(&efficientNet, for: "export-efficientnet")
        try PyTorchFile.write(efficientNet.exportedWeights().arrays, to: "\(folder)/efficientnet.pth")

        var readBack = ResNetClassifier(.resNet50, stem: .deep, random: &random)
        #expect(readBack.importWeights(try PyTorchFile(path: "\(folder)/resnet50.pth").parameterValues()).isComplete)
        #expect(readBack.state == resNet.state)
    }
}
