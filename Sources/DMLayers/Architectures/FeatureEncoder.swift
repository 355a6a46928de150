public import DMAutograd
public import DMTensors

/// The feature maps that an encoder makes of images.
public struct EncoderFeatures: Sendable {
    /// Fine features, `[n, h / 4, w / 4, channels]`.
    public var lowLevel: Variable<Float>
    /// Coarse features with a wide view, `[n, h / stride, w / stride, channels]`.
    public var highLevel: Variable<Float>

    /// Features of both levels.
    public init(lowLevel: Variable<Float>, highLevel: Variable<Float>) {
        self.lowLevel = lowLevel
        self.highLevel = highLevel
    }
}

/// A network from images to feature maps of two levels (a backbone): a stem, and stages of blocks behind it.
public protocol FeatureEncoder: Module {
    /// The number of channels of each level.
    var channels: (lowLevel: Int, highLevel: Int) { get }
    /// The stages with activation checkpointing: what lies inside of their blocks is not kept for the backward pass but
    /// computed again in it, block by block.
    ///
    /// Stages count from 1; 0 is the stem.
    var checkpointedStages: Set<Int> { get set }
    /// images `[n, h, w, 3]` -> features.
    func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> EncoderFeatures
}

extension FeatureEncoder {
    /// x after the blocks of a stage, one after another, with activation checkpointing where the stage has it.
    ///
    /// - Parameters:
    ///   - x: The input of the first block.
    ///   - stage: The number of the stage, 0 for the stem.
    ///   - blocks: Its blocks.
    ///   - context: The mode, the random source and the batch statistics.
    public func passed(
        _ x: Variable<Float>, stage: Int, _ blocks: [some Layer], _ context: inout ForwardContext
    ) -> Variable<Float> {
        var y = x
        for block in blocks {
            y = checkpointedStages.contains(stage) ? block.checkpointed([y], &context) { $0($1[0], &$2) } : block(y, &context)
        }
        return y
    }
}

/// How many pixels of an image fall on one of an encoder's coarse features, along each axis.
public enum OutputStride: Int, Sendable, Codable, CaseIterable {
    /// The finest and most expensive: the last two stages are dilated.
    case eight = 8
    /// The usual one for segmentation: the last stage is dilated.
    case sixteen = 16
    /// The one of classification: nothing is dilated.
    case thirtyTwo = 32
}

/// The strides and dilations of an encoder's stages that together reach one output stride.
///
/// Once the output stride is reached, a stage that would halve the size keeps it and dilates its 3x3
/// convolutions instead. Its first block still sees the features of the stage
/// before and keeps their dilation, as torchvision's `replace_stride_with_dilation` does.
struct DilatedStages {
    /// The stride of everything so far, in pixels of the image.
    private(set) var stride: Int
    /// The dilation of everything from here on.
    private(set) var dilation = 1
    private let outputStride: OutputStride

    /// Stages behind a stem.
    init(stemStride: Int, outputStride: OutputStride) {
        stride = stemStride
        self.outputStride = outputStride
    }

    /// What the next stage does in place of a step of `wanted`.
    ///
    /// - Returns: The step of its first block, the dilation of that block and that of the others.
    mutating func next(stepping wanted: Int) -> (step: Int, firstDilation: Int, dilation: Int) {
        let before = dilation
        let fits = stride * wanted <= outputStride.rawValue
        if fits { stride *= wanted } else { dilation *= wanted }
        return (fits ? wanted : 1, before, dilation)
    }
}
