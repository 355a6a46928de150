public import DMAutograd
public import DMTensors

/// EfficientNet-Lite0, a network for small devices: inverted residual blocks without squeeze-and-excitation.
///
/// Images are expected as (x - 127) / 128 for bytes x. A smaller output stride than 32 dilates the last
/// stages instead of striding, as timm does: a stage's first block keeps the dilation of the stage
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
    /// The stages with activation checkpointing, 1 to 7, 0 for the stem.
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
                self.passed(x, stage: stage, stages[stage - 1], &context)
            }
        }
        let low = passed(self.passed(images, stage: 0, [stem], &context), 1...2)
        return EncoderFeatures(lowLevel: low, highLevel: passed(low, 3...7))
    }

    /// Visits `conv_stem`, `bn1` and `blocks`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&stem, convolution: "conv_stem", normalization: "bn1")
        for index in stages.indices { visitor.visit(&stages[index], "blocks.\(index)") }
    }
}

/// A depthwise convolution between two 1x1 convolutions, with a shortcut where input and output are alike.
///
/// The first 1x1 convolution multiplies the channels, the last one has no activation behind it. Paddings
/// are TensorFlow's SAME and the normalizations have its epsilon of 1e-3 and momentum of 0.99, as
/// EfficientNet-Lite was trained with.
///
/// Source: Sandler et al., *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, CVPR 2018.
public struct InvertedResidualBlock: Layer {
    /// Multiplies the channels; absent where their number stays.
    public var expansion: ConvolutionBlock?
    /// Looks at each channel by itself.
    public var depthwise: ConvolutionBlock
    /// Joins the channels.
    public var projection: ConvolutionBlock
    /// Whether the input is added to the result.
    public let hasShortcut: Bool

    /// A block.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of the result.
    ///   - expansion: How many times more channels there are inside.
    ///   - kernel: Height and width of the depthwise window.
    ///   - stride: Of the depthwise convolution.
    ///   - dilation: Of the depthwise convolution.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: Int, outputs: Int, expansion: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, random: inout RandomSource
    ) {
        let inside = expansion * inputs
        if expansion != 1 { self.expansion = .lite(inputs: inputs, outputs: inside, kernel: 1, random: &random) }
        depthwise = .lite(
            inputs: inside, outputs: inside, kernel: kernel, stride: stride, dilation: dilation, groups: inside, random: &random)
        projection = .lite(inputs: inside, outputs: outputs, kernel: 1, activation: .identity, random: &random)
        hasShortcut = stride == 1 && inputs == outputs
    }

    /// x `[n, h, w, inputs]` -> `[n, ceil(h / stride), ceil(w / stride), outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let inside = depthwise(expansion?(x, &context) ?? x, &context)
        let change = projection(inside, &context)
        return hasShortcut ? x + change : change
    }

    /// Visits the convolutions in order, named as in timm.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        if expansion == nil {
            visitor.visit(&depthwise, convolution: "conv_dw", normalization: "bn1")
            visitor.visit(&projection, convolution: "conv_pw", normalization: "bn2")
        } else {
            visitor.visit(&expansion, convolution: "conv_pw", normalization: "bn1")
            visitor.visit(&depthwise, convolution: "conv_dw", normalization: "bn2")
            visitor.visit(&projection, convolution: "conv_pwl", normalization: "bn3")
        }
    }
}

extension ConvolutionBlock {
    /// A block as EfficientNet-Lite has them.
    static func lite(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        activation: FusedActivation = .rectifiedLinear6, random: inout RandomSource
    ) -> ConvolutionBlock {
        ConvolutionBlock(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation, groups: groups, padding: .same,
            activation: activation, epsilon: 1e-3, momentum: 0.01, random: &random)
    }
}

/// EfficientNet-Lite0 that classifies whole images.
///
/// A 1x1 convolution to 1280 channels, global average pooling, dropout with a rate of 0.2, and one linear map.
public struct EfficientNetLite0Classifier: Layer {
    /// The network up to the last stage.
    public var encoder: EfficientNetLite0
    /// The 1x1 convolution that widens the last features.
    public var head: ConvolutionBlock
    /// From the pooled features to classes.
    public var classifier: Linear
    private let dropout = Dropout(rate: 0.2)

    /// A classifier.
    ///
    /// - Parameters:
    ///   - classes: The number of classes; ImageNet has 1000.
    ///   - random: Where the weights are drawn from.
    public init(classes: Int = 1000, random: inout RandomSource) {
        encoder = EfficientNetLite0(outputStride: .thirtyTwo, random: &random)
        head = .lite(inputs: encoder.channels.highLevel, outputs: 1280, kernel: 1, random: &random)
        classifier = Linear(inputs: 1280, outputs: classes, random: &random)
    }

    /// images `[n, h, w, 3]` -> logits `[n, classes]`.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let features = head(encoder(images, &context).highLevel, &context).mean(along: [1, 2])
        return classifier(dropout(features, &context))
    }

    /// Visits the encoder's parts, then `conv_head`, `bn2` and `classifier`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        encoder.visitParameters(&visitor)
        visitor.visit(&head, convolution: "conv_head", normalization: "bn2")
        visitor.visit(&classifier, "classifier")
    }
}
