public import DMAutograd
public import DMTensors

/// A residual network: a stem and four stages of residual blocks.
///
/// Strides 4, 8, 16 and 32 at the ends of the stages; a smaller output stride dilates the last stages
/// in place of stepping, as torchvision's and UniMatch's `replace_stride_with_dilation` do: each
/// stage's first block keeps the dilation of the stage before. Where torchvision knows no dilated basic
/// block (ResNet-18 and -34), the block's second convolution has the stage's dilation already, as in timm.
///
/// Parameters are named as in torchvision (`conv1.weight`, `layer1.0.conv1.weight`,
/// `layer1.0.downsample.0.weight`), those of the deep stem as in UniMatch and timm (`conv1.0.weight`,
/// `conv1.1.weight`, `conv1.3.weight`, `conv1.4.weight`, `conv1.6.weight`, `bn1.weight`).
///
/// Source: He et al., *Deep Residual Learning for Image Recognition*, CVPR 2016; the deep stem:
/// Szegedy et al., *Rethinking the Inception Architecture*, CVPR 2016, with the widths of Zhao et al.,
/// *Pyramid Scene Parsing Network*, CVPR 2017.
public struct ResNet: FeatureEncoder {
    /// The number of layers with weights, the classifier counted.
    public enum Depth: Int, Sendable, CaseIterable {
        /// Basic blocks, two in each stage.
        case eighteen = 18
        /// Basic blocks: 3, 4, 6 and 3.
        case thirtyFour = 34
        /// Bottlenecks: 3, 4, 6 and 3.
        case fifty = 50
        /// Bottlenecks: 3, 4, 23 and 3.
        case oneHundredOne = 101

        /// What the blocks are made of.
        public var blockKind: ResidualBlock.Kind {
            switch self {
            case .eighteen, .thirtyFour: .basic
            case .fifty, .oneHundredOne: .bottleneck
            }
        }

        /// The number of blocks of each stage.
        public var blockCounts: [Int] {
            switch self {
            case .eighteen: [2, 2, 2, 2]
            case .thirtyFour, .fifty: [3, 4, 6, 3]
            case .oneHundredOne: [3, 4, 23, 3]
            }
        }
    }

    /// The first convolutions; a 3x3 maximum with stride 2 follows either.
    public enum Stem: String, Sendable, Codable, CaseIterable {
        /// One 7x7 convolution to 64 channels with stride 2.
        case classic
        /// Three 3x3 convolutions to 64, 64 and 128 channels, the first with stride 2.
        case deep
    }

    /// The convolutions of the stem.
    public var stem: [ConvolutionBlock]
    /// The four stages.
    public var stages: [[ResidualBlock]]
    /// Channels of the first and the last stage.
    public let channels: (lowLevel: Int, highLevel: Int)
    /// The stages that backward works out again, 1 to 4, 0 for the stem.
    public var recomputedStages: Set<Int> = []

    /// An encoder.
    ///
    /// - Parameters:
    ///   - depth: The number of layers.
    ///   - stem: The first convolutions.
    ///   - outputStride: The stride of the last stage.
    ///   - random: Where the weights are drawn from.
    public init(_ depth: Depth, stem: Stem = .classic, outputStride: OutputStride = .sixteen, random: inout RandomSource) {
        switch stem {
        case .classic: self.stem = [ConvolutionBlock(inputs: 3, outputs: 64, kernel: 7, stride: 2, random: &random)]
        case .deep:
            self.stem = [
                ConvolutionBlock(inputs: 3, outputs: 64, kernel: 3, stride: 2, random: &random),
                ConvolutionBlock(inputs: 64, outputs: 64, kernel: 3, random: &random),
                ConvolutionBlock(inputs: 64, outputs: 128, kernel: 3, random: &random),
            ]
        }
        let expansion = depth.blockKind == .bottleneck ? 4 : 1
        var dilated = DilatedStages(stemStride: 4, outputStride: outputStride)
        var inputs = stem == .classic ? 64 : 128
        stages = []
        for (index, count) in depth.blockCounts.enumerated() {
            let outputs = (64 << index) * expansion
            let stage = dilated.next(stepping: index == 0 ? 1 : 2)
            stages.append(
                (0..<count).map { block in
                    ResidualBlock(
                        depth.blockKind, inputs: block == 0 ? inputs : outputs, outputs: outputs, stride: block == 0 ? stage.step : 1,
                        dilation: stage.dilation, firstDilation: block == 0 ? stage.firstDilation : nil, naming: .torchvision,
                        random: &random)
                })
            inputs = outputs
        }
        channels = (64 * expansion, 512 * expansion)
    }

    /// images `[n, h, w, 3]` -> features at stride 4 and at the output stride.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures {
        let entered = passed(images, stage: 0, stem, &context) { $0($1, &$2) }.maxPooled(window: 3, stride: 2, padding: 1)
        let low = passed(entered, stage: 1, stages[0], &context) { $0($1, &$2) }
        let high = (2...stages.count).reduce(low) { x, stage in
            passed(x, stage: stage, stages[stage - 1], &context) { $0($1, &$2) }
        }
        return EncoderFeatures(lowLevel: low, highLevel: high)
    }

    /// Visits the stem, then `layer1` to `layer4`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        if stem.count == 1 {
            visitor.visit(&stem[0], convolution: "conv1", normalization: "bn1")
        } else {
            visitor.visit(&stem[0], convolution: "conv1.0", normalization: "conv1.1")
            visitor.visit(&stem[1], convolution: "conv1.3", normalization: "conv1.4")
            visitor.visit(&stem[2], convolution: "conv1.6", normalization: "bn1")
        }
        for index in stages.indices { visitor.visit(&stages[index], "layer\(index + 1)") }
    }
}
