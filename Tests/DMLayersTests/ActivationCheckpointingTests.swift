import DMAutograd
import DMLayers
import DMTensors
import Testing

@Suite struct ActivationCheckpointingTests {
    /// A convolution, a normalization and a dropout.
    private struct Block: Module {
        var convolution: ConvolutionBlock
        let dropout = Dropout(rate: 0.3)

        func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
            dropout(convolution(x, &context), &context) + x
        }

        mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&convolution, "block") }
    }

    /// Value, gradients, statistics and what is left of the random numbers.
    private func pass<M: Module>(
        _ model: M, _ loss: (M, inout ForwardContext) -> Variable<Float>
    ) -> (value: Float, gradients: ParameterValues, absorbed: ParameterValues, random: RandomSource) {
        var context = ForwardContext.training(random: RandomSource(seed: 4))
        let (value, gradients) = valueAndGradients(of: model) { loss($0, &context) }
        var absorbed = model
        absorbed.updateRunningStatistics(from: &context)
        return (value, gradients, absorbed.state, context.random)
    }

    @Test func givesTheBitsOfThePlainGraph() {
        var random = RandomSource(seed: 3)
        let blocks = [1, 3].map { kernel in
            Block(convolution: ConvolutionBlock(inputs: 4, outputs: 4, kernel: kernel, random: &random))
        }
        let images: Tensor<Float> = random.normal(shape: [2, 9, 7, 4])
        for block in blocks {
            let plain = pass(block) { $0(Variable(images), &$1).squared().sum() }
            let again = pass(block) { block, context in
                block.checkpointed([Variable(images)], &context) { $0($1[0], &$2) }.squared().sum()
            }
            #expect(plain == again)
            #expect(plain.random != RandomSource(seed: 4), "dropout draws")
            #expect(plain.absorbed != block.state, "statistics are taken up, once")
        }
    }

    /// Encoders whose stages have activation checkpointing, block by block, up to their last feature map.
    @Test(arguments: ["compact", "resnet18", "deep resnet50", "efficientnet"]) func encodersGiveTheirBits(name: String) {
        var random = RandomSource(seed: 5)
        let encoder: any FeatureEncoder =
            switch name {
            case "compact": CompactEncoder(width: 4, random: &random)
            case "resnet18": ResNet(.resNet18, random: &random)
            case "deep resnet50": ResNet(.resNet50, stem: .deep, random: &random)
            default: EfficientNetLite0(random: &random)
            }
        check(encoder, stages: name == "compact" ? 3 : name == "efficientnet" ? 7 : 4)
    }

    private func check(_ encoder: some FeatureEncoder, stages: Int) {
        var random = RandomSource(seed: 6)
        let images: Tensor<Float> = random.normal(shape: [2, 33, 33, 3])
        let plain = pass(encoder) { $0(Variable(images), &$1).highLevel.squared().mean() }
        for chosen in [Set(0...stages), [stages], [0, 2]] {
            var checkpointed = encoder
            checkpointed.checkpointedStages = chosen
            #expect(pass(checkpointed) { $0(Variable(images), &$1).highLevel.squared().mean() } == plain, "stages \(chosen)")
        }
    }

    /// A map that is used in two places receives the sum of its gradients in another order.
    @Test func bothLevelsTogetherDifferByRoundingAlone() {
        var random = RandomSource(seed: 7)
        let encoder = CompactEncoder(width: 4, random: &random)
        var checkpointed = encoder
        checkpointed.checkpointedStages = [0, 1, 2, 3]
        let images: Tensor<Float> = random.normal(shape: [2, 33, 33, 3])
        func loss(_ encoder: CompactEncoder, _ context: inout ForwardContext) -> Variable<Float> {
            let features = encoder(Variable(images), &context)
            return features.highLevel.squared().mean() + features.lowLevel.squared().mean()
        }
        let (plain, again) = (pass(encoder, loss), pass(checkpointed, loss))
        #expect(again.value == plain.value && again.absorbed == plain.absorbed)
        for (name, expected) in plain.gradients {
            let difference = again.gradients[name].map { ($0 - expected).absoluteValue().maximum() } ?? .infinity
            #expect(difference <= 1e-5 * max(1e-3, expected.absoluteValue().maximum()), "\(name)")
        }
    }
}
