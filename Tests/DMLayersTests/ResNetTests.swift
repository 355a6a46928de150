import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite struct ResNetTests {
    /// The parameters of torchvision's networks, as its documentation states them.
    @Test(arguments: zip(ResNet.Depth.allCases, [11_689_512, 21_797_672, 25_557_032, 44_549_160]))
    func hasAsManyParametersAsTorchvision(_ depth: ResNet.Depth, published: Int) {
        var random = RandomSource(seed: 1)
        let network = ResNetClassifier(depth, random: &random)
        print("parameters of ResNet-\(depth.rawValue): \(network.parameterCount), published \(published)")
        #expect(network.parameterCount == published)
        #expect(ParameterCount(visitedIn: network) == ParameterCount(inside: network))
    }

    /// The figures, in millions, of the semi-supervised field's DeepLabv3+ with deep stems, for VOC's 21 classes.
    @Test(arguments: [(ResNet.Depth.resNet50, 40.5), (.resNet101, 59.5)])
    func deepLabHasAsManyParametersAsPublished(_ depth: ResNet.Depth, millions: Double) {
        var random = RandomSource(seed: 1)
        let encoder = ResNet(depth, stem: .deep, random: &random)
        let network = DeepLabV3Plus(encoder: encoder, classes: 21, random: &random)
        print("parameters of DeepLabv3+ with ResNet-\(depth.rawValue): \(network.parameterCount), published \(millions) M")
        #expect((Double(network.parameterCount) / 1e5).rounded() / 10 == millions)
    }

    @Test func namesAreTorchvisions() {
        var random = RandomSource(seed: 1)
        let classic = Set(ResNetClassifier(.resNet50, random: &random).state.names)
        #expect(classic.count == 320 - 53, "PyTorch counts 53 num_batches_tracked besides")
        for name in [
            "conv1.weight", "bn1.running_var", "layer1.0.conv1.weight", "layer1.0.bn3.bias", "layer1.0.downsample.0.weight",
            "layer1.0.downsample.1.running_mean", "layer4.2.conv3.weight", "fc.weight", "fc.bias",
        ] { #expect(classic.contains(name), "\(name)") }
        #expect(!classic.contains("layer1.1.downsample.0.weight"))
        let deep = ResNet(.resNet18, stem: .deep, random: &random).state.names
        #expect(deep.filter { $0.hasPrefix("conv1.") && $0.hasSuffix("weight") } == [0, 1, 3, 4, 6].map { "conv1.\($0).weight" })
    }

    @Test(arguments: ResNet.Stem.allCases, OutputStride.allCases)
    func reachesItsOutputStride(_ stem: ResNet.Stem, _ outputStride: OutputStride) {
        var random = RandomSource(seed: 2)
        let encoder = ResNet(.resNet18, stem: stem, outputStride: outputStride, random: &random)
        var context = ForwardContext.inference
        let features = encoder(Variable(random.normal(shape: [1, 65, 33, 3])), &context)
        let stride = outputStride.rawValue
        #expect(features.lowLevel.shape == [1, 17, 9, 64])
        #expect(features.highLevel.shape == [1, 64 / stride + 1, 32 / stride + 1, 512])
        #expect(encoder.channels == (64, 512))
    }

    @Test func dilatesLikeTorchvision() {
        var random = RandomSource(seed: 3)
        let encoder = ResNet(.resNet50, outputStride: .eight, random: &random)
        func geometries(_ stage: Int) -> [[Int]] {
            encoder.stages[stage].map {
                [$0.second.convolution.geometry.stride.height, $0.second.convolution.geometry.dilation.height]
            }
        }
        #expect(geometries(1) == [[2, 1], [1, 1], [1, 1], [1, 1]])
        #expect(geometries(2) == [[1, 1]] + Array(repeating: [1, 2], count: 5))
        #expect(geometries(3) == [[1, 2], [1, 4], [1, 4]])
        #expect(encoder.stages[3][0].shortcut?.convolution.geometry.stride.height == 1)
    }

    @Test func classifiesWholeImages() {
        var random = RandomSource(seed: 4)
        let network = ResNetClassifier(.resNet18, classes: 7, random: &random)
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(network(Variable(random.normal(shape: [2, 40, 33, 3])), &context).shape == [2, 7])
        #expect(context.statistics.count == 20)
    }

    @Test func deepLabGivesLogitsOfTheImagesSize() {
        var random = RandomSource(seed: 5)
        let encoder = CompactEncoder(width: 2, random: &random)
        let network = DeepLabV3Plus(encoder: encoder, classes: 4, random: &random)
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(network(Variable(random.normal(shape: [1, 33, 41, 3])), &context).shape == [1, 33, 41, 4])
        #expect(ParameterCount(visitedIn: network) == ParameterCount(inside: network))
    }
}
