import DMAutograd
import DMLayers
import DMTensors
import Testing

/// Each layer in float32 against PyTorch's float64, to 1e-4 of a tensor's norm.
@Suite struct LayerParityTests {
    private let tolerance = 1e-4
    private var random = RandomSource(seed: 0)

    @Test mutating func convolutions() throws {
        let strided = Convolution2D(inputs: 5, outputs: 8, kernel: 3, stride: 2, hasBias: true, random: &random)
        try expect("convolution-strided", strided, [[2, 9, 12, 5]]) { layer, x, _ in layer(x) }
        let dilated = Convolution2D(inputs: 6, outputs: 9, kernel: 3, dilation: 2, groups: 3, random: &random)
        try expect("convolution-dilated-groups", dilated, [[2, 11, 8, 6]]) { layer, x, _ in layer(x) }
        let depthwise = Convolution2D(inputs: 16, outputs: 16, kernel: 5, stride: 2, groups: 16, random: &random)
        try expect("convolution-depthwise", depthwise, [[2, 12, 13, 16]]) { layer, x, _ in layer(x) }
        let same = Convolution2D(inputs: 7, outputs: 7, kernel: 3, stride: 2, groups: 7, padding: .same, random: &random)
        try expect("convolution-same", same, [[2, 12, 13, 7]]) { layer, x, _ in layer(x) }
    }

    @Test func batchNormalization() throws {
        let plain = BatchNormalization(channels: 6)
        try expect("batch-normalization", plain, [[3, 7, 5, 6]]) { layer, x, context in layer(x, &context) }
        let rectified = BatchNormalization(channels: 6, activation: .relu)
        try expect("batch-normalization-rectified", rectified, [[3, 7, 5, 6]]) { layer, x, context in layer(x, &context) }
        try expect("batch-normalization-inference", plain, [[3, 7, 5, 6]], mode: .inference) { layer, x, context in
            layer(x, &context)
        }
    }

    @Test mutating func tokenLayers() throws {
        try expect("linear", Linear(inputs: 19, outputs: 11, random: &random), [[3, 5, 19]]) { layer, x, _ in layer(x) }
        try expect("layer-normalization", LayerNormalization(features: 24), [[4, 6, 24]]) { layer, x, _ in layer(x) }
        let feedForward = FeedForward(inputs: 10, hidden: 21, outputs: 6, random: &random)
        try expect("feed-forward", feedForward, [[4, 7, 10]]) { layer, x, _ in layer(x) }
    }

    @Test mutating func attention() throws {
        let shapes = [[2, 6, 7, 24], [1, 6, 7, 24]]
        let softmax = SoftmaxAttention(features: 24, heads: 4, random: &random)
        try expectParity("softmax-attention", softmax, inputs: shapes, tolerance: tolerance) { layer, x, _ in
            [layer(x[0], positions: x[1])]
        }
        let deformable = DeformableAttention(features: 24, heads: 4, points: 3, random: &random)
        try expectParity("deformable-attention", deformable, inputs: shapes, tolerance: tolerance) { layer, x, _ in
            [layer(x[0], positions: x[1])]
        }
    }

    @Test mutating func residualBlocks() throws {
        let basic = ResidualBlock(
            inputs: 8, outputs: 12, stride: 2, dilation: 2, firstDilation: 1, naming: .torchvision, random: &random)
        try expect("residual-basic", basic, [[2, 13, 13, 8]]) { layer, x, context in layer(x, &context) }
        let bottleneck = ResidualBlock(.bottleneck, inputs: 16, outputs: 32, dilation: 2, naming: .torchvision, random: &random)
        try expect("residual-bottleneck", bottleneck, [[2, 13, 13, 16]]) { layer, x, context in layer(x, &context) }
        let inverted = InvertedResidualBlock(inputs: 8, outputs: 8, expansion: 6, kernel: 5, dilation: 2, random: &random)
        try expect("inverted-bottleneck", inverted, [[2, 14, 11, 8]]) { layer, x, context in layer(x, &context) }
    }

    @Test mutating func pyramidAndDecoder() throws {
        let pyramid = ASPP(inputs: 8, outputs: 6, rates: [6, 12, 18], random: &random)
        try expectParity("atrous-pyramid", pyramid, inputs: [[8, 21, 21, 8], [8, 1, 1, 8]], tolerance: tolerance) { layer, x, context in
            [layer(x[0] + x[1], &context)]
        }
        let decoder = DeepLabV3PlusDecoder(inputs: (6, 9), channels: 12, reduced: 5, rates: [1, 2], random: &random)
        let shapes = [[4, 17, 17, 6], [4, 9, 9, 9]]
        try expectParity("decoder", decoder, inputs: shapes, tolerance: tolerance) { decoder, x, context in
            [decoder(EncoderFeatures(lowLevel: x[0], highLevel: x[1]), &context)]
        }
    }

    private func expect<M: Module>(
        _ name: String, _ module: M, _ inputs: [[Int]], mode: ForwardContext.Mode = .training,
        forward: (M, Variable<Float>, inout ForwardContext) -> Variable<Float>
    ) throws {
        try expectParity(name, module, inputs: inputs, mode: mode, tolerance: tolerance) { [forward($0, $1[0], &$2)] }
    }
}
