public import DMAutograd
public import DMTensors

/// The decoder of DeepLabv3+, up to the features that a classifier or a mask denoiser works on.
///
/// The atrous pyramid of the coarse features is enlarged (bilinear, corners aligned), joined with
/// the fine ones and refined by two 3x3 convolutions.
public struct DeepLabV3PlusDecoder: Module {
    /// The pyramid over the coarse features.
    public var pyramid: ASPP
    /// Narrows the fine features.
    public var reduction: ConvolutionBlock
    /// Refine the joined features.
    public var first, second: ConvolutionBlock
    /// Channels of the result.
    public let channels: Int

    /// A decoder.
    ///
    /// - Parameters:
    ///   - inputs: Channels of the encoder's levels.
    ///   - channels: Channels of the pyramid and of the result.
    ///   - reduced: Channels that the fine features are narrowed to (48 in DeepLabv3+).
    ///   - rates: The dilations of the pyramid.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: (lowLevel: Int, highLevel: Int), channels: Int, reduced: Int, rates: [Int], random: inout RandomSource
    ) {
        pyramid = ASPP(inputs: inputs.highLevel, outputs: channels, rates: rates, random: &random)
        reduction = ConvolutionBlock(inputs: inputs.lowLevel, outputs: reduced, kernel: 1, random: &random)
        first = ConvolutionBlock(inputs: channels + reduced, outputs: channels, kernel: 3, random: &random)
        second = ConvolutionBlock(inputs: channels, outputs: channels, kernel: 3, random: &random)
        self.channels = channels
    }

    /// features -> `[n, h / 4, w / 4, channels]`.
    public func callAsFunction(_ features: EncoderFeatures, _ context: inout ForwardContext) -> Variable<Float> {
        let fine = reduction(features.lowLevel, &context)
        let coarse = pyramid(features.highLevel, &context)
            .resized(height: fine.shape[1], width: fine.shape[2], alignsCorners: true)
        return second(first(concatenated([coarse, fine], along: 3), &context), &context)
    }

    /// Visits the pyramid, the reduction and the refinement.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&pyramid, "aspp")
        visitor.visit(&reduction, "reduce")
        visitor.visit(&first, "fuse1")
        visitor.visit(&second, "fuse2")
    }
}
