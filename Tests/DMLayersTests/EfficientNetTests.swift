import DMAutograd
import DMLayers
import DMTensors
import DMTestSupport
import Testing

@Suite struct EfficientNetTests {
    @Test func hasAsManyParametersAsPublished() {
        var random = RandomSource(seed: 1)
        let network = EfficientNetLite0Classifier(random: &random)
        print("parameters of EfficientNet-Lite0: \(network.parameterCount), published 4652008")
        #expect(network.parameterCount == 4_652_008)
        #expect(ParameterCount(visitedIn: network) == ParameterCount(inside: network))
    }

    @Test func namesAreTimms() {
        var random = RandomSource(seed: 1)
        let names = EfficientNetLite0Classifier(classes: 10, random: &random).state.names
        #expect(Set(names).count == names.count)
        for name in [
            "conv_stem.weight", "bn1.weight", "blocks.0.0.conv_dw.weight", "blocks.0.0.bn2.bias", "blocks.1.0.conv_pwl.weight",
            "blocks.6.0.bn3.running_var", "conv_head.weight", "bn2.bias", "classifier.weight",
        ] { #expect(names.contains(name), "\(name)") }
    }

    @Test(arguments: OutputStride.allCases, [64, 65])
    func reachesItsOutputStride(_ outputStride: OutputStride, _ side: Int) {
        var random = RandomSource(seed: 2)
        let encoder = EfficientNetLite0(outputStride: outputStride, random: &random)
        var context = ForwardContext.inference
        let features = encoder(Variable(random.normal(shape: [1, side, 33, 3])), &context)
        let stride = outputStride.rawValue
        #expect(features.lowLevel.shape == [1, (side + 3) / 4, 9, 24])
        #expect(features.highLevel.shape == [1, (side + stride - 1) / stride, (33 + stride - 1) / stride, 320])
    }

    @Test func paddingIsTensorFlows() {
        var random = RandomSource(seed: 3)
        var convolution = Convolution2D(inputs: 1, outputs: 1, kernel: 3, stride: 2, padding: .same, random: &random)
        convolution.weight.value = Tensor(repeating: 1, shape: [3, 3, 1, 1])
        let ones = Variable(Tensor<Float>(repeating: 1, shape: [1, 4, 4, 1]))
        #expect(convolution(ones).value.scalars == [9, 6, 6, 4], "the zeros lie behind and below")
    }

    @Test func activationsStayWithinSix() {
        var random = RandomSource(seed: 4)
        var block = ConvolutionBlock(inputs: 1, outputs: 2, kernel: 1, activation: .rectifiedLinear6, random: &random)
        block.normalization.weight.value = Tensor([100, 100])
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        let y = block(Variable(random.normal(shape: [1, 5, 5, 1])), &context).value.scalars
        #expect(y.min() == 0 && y.max() == 6)
    }
}
