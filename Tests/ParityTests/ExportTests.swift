import DMFormats
import DMLayers
import DMTensors
import Foundation
import Testing

/// Writes networks for PyTorch, where `scripts/parity/exported.py` loads them.
@Suite struct ExportTests {
    /// The environment variable with the folder that the files go to.
    private static let variable = "DIFFMATCH_EXPORT"

    @Test func networksForPyTorch() throws {
        guard let folder = ProcessInfo.processInfo.environment[Self.variable] else {
            return print("skipped: the environment variable \(Self.variable) names no folder")
        }
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
