public import DMAutograd
public import DMTensors

/// EfficientNet-Lite0, a network for small devices: inverted residual blocks without squeeze-and-excitation.
///
/// Images are expected as (x - 127) / 128 for bytes x. A smaller output stride than 32 dilates the last
/// stages in place of stepping, as timm does: a stage's first block keeps the dilation of the stage
/// before. Parameters are named as in timm (`conv_stem.weight`, `blocks.1.0.conv_dw.weight`).
///
/// Source: Tan & Le, *EfficientNet*, ICML 2019; Liu, *Higher accuracy on vision models with
/// EfficientNet-Lite*, TensorFlow blog, 2020.
public struct EfficientNetLite0: FeatureEncoder {
    /// The first convolution, to 32 channels with stride 2.
    public var stem: ConvolutionBlock
    /// Seven stages.
    public var stages: [[InvertedResidualBlock]]
    /// Channels of the second and the last stage.
    public let channels = (lowLevel: 24, highLevel: 320)
    /// The stages that backward works out again, 1 to 7, 0 for the stem.
    public var checkpointedStages: Set<Int> = []

    /// Blocks, expansion, kernel, step and channels of each stage.
    private static let stages: [(blocks: Int, expansion: Int, kernel: Int, step: Int, outputs: Int)] = [
        (1, 1, 3, 1, 16), (2, 6, 3, 2, 24), (2, 6, 5, 2, 40), (3, 6, 3, 2, 80), (3, 6, 5, 1, 112), (4, 6, 5, 2, 192), (1, 6, 3, 1, 320),
    ]

    /// The number of blocks of each stage.
    static var blockCounts: [Int] { stages.map(\.blocks) }

    /// An encoder.
    ///
    /// - Parameters:
    ///   - outputStride: The stride of the last stage.
    ///   - random: Where the weights are drawn from.
    public init(outputStride: OutputStride = .sixteen, random: inout RandomSource) {
        stem = .lite(inputs: 3, outputs: 32, kernel: 3, stride: 2, random: &random)
        var dilated = DilatedStages(stemStride: 2, outputStride: outputStride)
        var inputs = 32
        stages = []
        for stage in EfficientNetLite0.stages {
            let (step, firstDilation, dilation) = dilated.next(stepping: stage.step)
            stages.append(
                (0..<stage.blocks).map { block in
                    InvertedResidualBlock(
                        inputs: block == 0 ? inputs : stage.outputs, outputs: stage.outputs, expansion: stage.expansion,
                        kernel: stage.kernel, stride: block == 0 ? step : 1, dilation: block == 0 ? firstDilation : dilation,
                        random: &random)
                })
            inputs = stage.outputs
        }
    }

    /// images `[n, h, w, 3]` -> features at stride 4 and at the output stride.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures {
        func passed(_ x: Variable<Float>, _ numbers: ClosedRange<Int>) -> Variable<Float> {
            numbers.reduce(x) { x, stage in
                self.passed(x, stage: stage, stages[stage - 1], &context) { $0($1, &$2) }
            }
        }
        let low = passed(self.passed(images, stage: 0, [stem], &context) { $0($1, &$2) }, 1...2)
        return EncoderFeatures(lowLevel: low, highLevel: passed(low, 3...7))
    }

    /// Visits `conv_stem`, `bn1` and `blocks`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&stem, convolution: "conv_stem", normalization: "bn1")
        for index in stages.indices { visitor.visit(&stages[index], "blocks.\(index)") }
    }
}
