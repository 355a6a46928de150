import DMAutograd
import DMLayers
import DMTensors
import Testing

@Suite struct NetworkTests {
    @Test(arguments: [32, 33, 96]) func theEncoderHasStridesFourAndEight(side: Int) {
        var random = RandomSource(seed: 13)
        let encoder = CompactEncoder(width: 2, blocks: 1, random: &random)
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        let features = encoder(Variable(random.normal(shape: [2, side, side, 3])), &context)
        func halved(_ side: Int) -> Int { (side + 1) / 2 }
        let fine = halved(halved(side))
        #expect(features.lowLevel.shape == [2, fine, fine, 2])
        #expect(features.highLevel.shape == [2, halved(fine), halved(fine), 6])
        #expect(encoder.channels == (2, 6))
        #expect(context.statistics.count == 10, "ten batch normalizations have reported")
    }

    @Test func theDecoderGivesTheFineSize() {
        var random = RandomSource(seed: 14)
        let decoder = DeepLabV3PlusDecoder(inputs: (2, 6), channels: 5, reduced: 3, rates: [1, 2], random: &random)
        let features = EncoderFeatures(
            lowLevel: Variable(random.normal(shape: [2, 9, 7, 2])), highLevel: Variable(random.normal(shape: [2, 5, 4, 6])))
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(decoder(features, &context).shape == [2, 9, 7, 5])
        #expect(decoder.channels == 5)
    }

    @Test func aResidualBlockWithoutChangeIsItsShortcut() {
        var random = RandomSource(seed: 15)
        var block = ResidualBlock(inputs: 3, outputs: 3, random: &random)
        block.second.normalization.weight.value *= 0
        let x: Tensor<Float> = random.normal(shape: [1, 4, 4, 3])
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        #expect(block(Variable(x), &context).value == x.relu())
    }

    @Test func weightsStartWithTheirSpread() {
        var random = RandomSource(seed: 16)
        func spread(_ weights: Tensor<Float>) -> Float { weights.squared().mean() }
        let convolution = Convolution2D(inputs: 32, outputs: 64, kernel: 3, random: &random)
        #expect(abs(spread(convolution.weight.value) / (2 / (9 * 64)) - 1) < 0.05, "He: 2 / fanOut")
        let linear = Linear(inputs: 100, outputs: 200, random: &random)
        #expect(abs(spread(linear.weight.value) / (2.0 / 300) - 1) < 0.05, "Glorot: 2 / (fanIn + fanOut)")
        #expect(linear.bias?.value == Tensor(repeating: 0, shape: [200]))
        #expect(abs(spread(Embedding(count: 100, features: 100, random: &random).weight.value) - 1) < 0.05)
    }
}
