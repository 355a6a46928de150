public import DMAutograd
public import DMTensors

/// A small residual network for images of about 100 pixels, with output stride 8.
///
/// A 3x3 convolution with stride 2, then three stages of basic residual blocks at strides 4, 8 and 8 (the
/// last one dilated).
public struct CompactEncoder: FeatureEncoder {
    /// The first convolution.
    public var stem: ConvolutionBlock
    /// Three stages of residual blocks.
    public var stage1, stage2, stage3: [ResidualBlock]
    /// Channels of the first and the last stage.
    public let channels: (lowLevel: Int, highLevel: Int)
    /// The stages with activation checkpointing, 1 to 3, 0 for the stem.
    public var checkpointedStages: Set<Int> = []

    /// An encoder.
    ///
    /// - Parameters:
    ///   - width: Channels of the first stage; the next have twice and three times as many.
    ///   - blocks: Residual blocks of each stage, at least one.
    ///   - random: Where the weights are drawn from.
    public init(width: Int, blocks: Int = 2, random: inout RandomSource) {
        func stage(_ inputs: Int, _ outputs: Int, stride: Int, dilation: Int, _ random: inout RandomSource) -> [ResidualBlock] {
            (0..<blocks).map { i in
                ResidualBlock(
                    inputs: i == 0 ? inputs : outputs, outputs: outputs, stride: i == 0 ? stride : 1, dilation: dilation,
                    random: &random)
            }
        }
        stem = ConvolutionBlock(inputs: 3, outputs: width, kernel: 3, stride: 2, random: &random)
        stage1 = stage(width, width, stride: 2, dilation: 1, &random)
        stage2 = stage(width, 2 * width, stride: 2, dilation: 1, &random)
        stage3 = stage(2 * width, 3 * width, stride: 1, dilation: 2, &random)
        channels = (width, 3 * width)
    }

    /// images `[n, h, w, 3]` -> features at strides 4 and 8.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures {
        let entered = passed(images, stage: 0, [stem], &context)
        let low = passed(entered, stage: 1, stage1, &context)
        let middle = passed(low, stage: 2, stage2, &context)
        return EncoderFeatures(lowLevel: low, highLevel: passed(middle, stage: 3, stage3, &context))
    }

    /// Visits `stem` and the stages.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&stem, "stem")
        visitor.visit(&stage1, "layer1")
        visitor.visit(&stage2, "layer2")
        visitor.visit(&stage3, "layer3")
    }
}
