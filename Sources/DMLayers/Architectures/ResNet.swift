public import DMAutograd
public import DMTensors

/// A residual network: a stem and four stages of residual blocks.
///
/// Strides 4, 8, 16 and 32 at the ends of the stages; a smaller output stride dilates the last stages
/// instead of striding, as torchvision's and UniMatch's `replace_stride_with_dilation` do: each
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
        case resNet18 = 18
        /// Basic blocks: 3, 4, 6 and 3.
        case resNet34 = 34
        /// Bottlenecks: 3, 4, 6 and 3.
        case resNet50 = 50
        /// Bottlenecks: 3, 4, 23 and 3.
        case resNet101 = 101

        /// What the blocks are made of.
        public var blockKind: ResidualBlock.Kind {
            switch self {
            case .resNet18, .resNet34: .basic
            case .resNet50, .resNet101: .bottleneck
            }
        }

        /// The number of blocks of each stage.
        public var blockCounts: [Int] {
            switch self {
            case .resNet18: [2, 2, 2, 2]
            case .resNet34, .resNet50: [3, 4, 6, 3]
            case .resNet101: [3, 4, 23, 3]
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
    /// The stages with activation checkpointing, 1 to 4, 0 for the stem.
    public var checkpointedStages: Set<Int> = []

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
        let entered = passed(images, stage: 0, stem, &context).maximumPooled(window: 3, stride: 2, padding: 1)
        let low = passed(entered, stage: 1, stages[0], &context)
        let high = (2...stages.count).reduce(low) { x, stage in
            passed(x, stage: stage, stages[stage - 1], &context)
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

/// A residual block, convolutions beside a shortcut: y = relu(x + f(x)).
///
/// Source: He et al., *Deep Residual Learning for Image Recognition*, CVPR 2016. The bottleneck's stride
/// lies on its 3x3 convolution, as in torchvision's networks.
public struct ResidualBlock: Layer {
    /// What f is made of.
    public enum Kind: Sendable {
        /// Two 3x3 convolutions.
        case basic
        /// A 1x1 convolution to a quarter of the channels, a 3x3 one there, and a 1x1 one back.
        case bottleneck
    }

    /// How the parameters are called.
    public enum Naming: Sendable {
        /// `block1.conv`, `block1.bn`, ..., `downsample.conv`, `downsample.bn`.
        case blocks
        /// `conv1`, `bn1`, ..., `downsample.0`, `downsample.1`, as in torchvision's networks.
        case torchvision
    }

    /// The first two convolutions.
    public var first, second: ConvolutionBlock
    /// The bottleneck's last convolution.
    public var third: ConvolutionBlock?
    /// Matches the shortcut to another size or number of channels.
    public var shortcut: ConvolutionBlock?
    private let naming: Naming

    /// A block.
    ///
    /// - Parameters:
    ///   - kind: What f is made of.
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of the result, a multiple of 4 for a bottleneck.
    ///   - stride: Of the first 3x3 convolution.
    ///   - dilation: Of the 3x3 convolutions.
    ///   - firstDilation: Of the first 3x3 convolution if it differs: a block that begins a dilated stage
    ///     still sees undilated features.
    ///   - naming: How the parameters are called.
    ///   - random: Where the weights are drawn from.
    public init(
        _ kind: Kind = .basic, inputs: Int, outputs: Int, stride: Int = 1, dilation: Int = 1, firstDilation: Int? = nil,
        naming: Naming = .blocks, random: inout RandomSource
    ) {
        let firstDilation = firstDilation ?? dilation
        switch kind {
        case .basic:
            first = ConvolutionBlock(
                inputs: inputs, outputs: outputs, kernel: 3, stride: stride, dilation: firstDilation, random: &random)
            second = ConvolutionBlock(inputs: outputs, outputs: outputs, kernel: 3, dilation: dilation, random: &random)
        case .bottleneck:
            checkShape(outputs % 4 == 0, "a bottleneck has a quarter of its \(outputs) outputs inside")
            first = ConvolutionBlock(inputs: inputs, outputs: outputs / 4, kernel: 1, random: &random)
            second = ConvolutionBlock(
                inputs: outputs / 4, outputs: outputs / 4, kernel: 3, stride: stride, dilation: firstDilation, random: &random)
            third = ConvolutionBlock(inputs: outputs / 4, outputs: outputs, kernel: 1, random: &random)
        }
        if stride != 1 || inputs != outputs {
            shortcut = ConvolutionBlock(
                inputs: inputs, outputs: outputs, kernel: 1, stride: stride, activation: .identity, random: &random)
        }
        self.naming = naming
    }

    /// x `[n, h, w, inputs]` -> `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let kept = shortcut?(x, &context) ?? x
        let inner = first(x, &context)
        // The last convolution's normalization adds x and rectifies in the same pass.
        guard let third else { return second(inner, adding: kept, &context) }
        return third(second(inner, &context), adding: kept, &context)
    }

    /// Visits the convolutions in order, then the shortcut.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch naming {
        case .blocks:
            visitor.visit(&first, "block1")
            visitor.visit(&second, "block2")
            visitor.visit(&third, "block3")
            visitor.visit(&shortcut, "downsample")
        case .torchvision:
            visitor.visit(&first, convolution: "conv1", normalization: "bn1")
            visitor.visit(&second, convolution: "conv2", normalization: "bn2")
            visitor.visit(&third, convolution: "conv3", normalization: "bn3")
            visitor.visit(&shortcut, convolution: "downsample.0", normalization: "downsample.1")
        }
    }
}

/// A residual network that classifies whole images.
///
/// Global average pooling of the last features, then one linear map, `fc`.
public struct ResNetClassifier: Layer {
    /// The network up to the last features.
    public var encoder: ResNet
    /// From the pooled features to classes.
    public var classifier: Linear

    /// A classifier.
    ///
    /// - Parameters:
    ///   - depth: The number of layers.
    ///   - stem: The first convolutions.
    ///   - classes: The number of classes; ImageNet has 1000.
    ///   - random: Where the weights are drawn from.
    public init(_ depth: ResNet.Depth, stem: ResNet.Stem = .classic, classes: Int = 1000, random: inout RandomSource) {
        encoder = ResNet(depth, stem: stem, outputStride: .thirtyTwo, random: &random)
        classifier = Linear(inputs: encoder.channels.highLevel, outputs: classes, random: &random)
    }

    /// images `[n, h, w, 3]` -> logits `[n, classes]`.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        classifier(encoder(images, &context).highLevel.mean(along: [1, 2]))
    }

    /// Visits the encoder's parts, then `fc`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        encoder.visitParameters(&visitor)
        visitor.visit(&classifier, "fc")
    }
}
