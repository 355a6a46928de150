public import DMAutograd
public import DMTensors

/// DeepLabv3+, a network for semantic segmentation: an encoder, a decoder with atrous spatial pyramid pooling (ASPP), and
/// a classifier of each pixel.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let encoder = ResNet(.resNet18, outputStride: .sixteen, random: &random)
/// let network = DeepLabV3Plus(encoder: encoder, classes: 21, random: &random)
/// var context = ForwardContext.inference
/// let logits = network(Variable(random.normal(shape: [1, 65, 65, 3])), &context)
/// print(logits.shape)     // [1, 65, 65, 21]
/// ```
///
/// The branches of the pyramid have 256 channels at rates 6, 12 and 18 (double that at output stride 8, if one
/// follows the paper), the fine features are reduced to 48, and two 3x3 convolutions take the 304
/// joined channels to 256.
///
/// Source: Chen et al., *Encoder-Decoder with Atrous Separable Convolution for Semantic Image
/// Segmentation*, ECCV 2018, with plain 3x3 convolutions in the decoder, as the semi-supervised field has it.
public struct DeepLabV3Plus: Layer {
    /// From images to features of two levels.
    public var encoder: any FeatureEncoder
    /// Joins the features of both levels.
    public var decoder: DeepLabV3PlusDecoder
    /// From the joined features to classes, pixel by pixel.
    public var classifier: Linear

    /// A network.
    ///
    /// - Parameters:
    ///   - encoder: From images to features.
    ///   - classes: The number of classes.
    ///   - rates: The dilations of the pyramid's 3x3 convolutions.
    ///   - random: Where the decoder's weights are drawn from.
    public init(encoder: any FeatureEncoder, classes: Int, rates: [Int] = [6, 12, 18], random: inout RandomSource) {
        self.encoder = encoder
        decoder = DeepLabV3PlusDecoder(inputs: encoder.channels, channels: 256, reduced: 48, rates: rates, random: &random)
        classifier = Linear(inputs: 256, outputs: classes, random: &random)
    }

    /// images `[n, h, w, 3]` -> logits `[n, h, w, classes]`, upsampled bilinearly with corners aligned.
    public func callAsFunction(_ images: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        classifier(decoder(encoder(images, &context), &context))
            .resized(height: images.shape[1], width: images.shape[2], alignsCorners: true)
    }

    /// Visits `backbone`, `decoder` and `classifier`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&encoder, "backbone")
        visitor.visit(&decoder, "decoder")
        visitor.visit(&classifier, "classifier")
    }
}

/// The decoder of DeepLabv3+, up to the features that a classifier or a mask denoiser works on.
///
/// ASPP of the coarse features, upsampled (bilinear, corners aligned) and joined with the fine ones, then two
/// 3x3 convolutions.
///
/// Source: Chen et al., *Encoder-Decoder with Atrous Separable Convolution*, ECCV 2018.
public struct DeepLabV3PlusDecoder: Module {
    /// The pyramid over the coarse features.
    public var pyramid: ASPP
    /// The 1x1 convolution that reduces the fine features.
    public var reduction: ConvolutionBlock
    /// The 3x3 convolutions over the joined features.
    public var first, second: ConvolutionBlock
    /// Channels of the result.
    public let channels: Int

    /// A decoder.
    ///
    /// - Parameters:
    ///   - inputs: Channels of the encoder's levels.
    ///   - channels: Channels of the pyramid and of the result.
    ///   - reduced: Channels that the fine features are reduced to (48 in DeepLabv3+).
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

/// Atrous spatial pyramid pooling (ASPP): convolutions of several dilations and the mean of the whole image side by
/// side, then one projection.
///
/// Source: Chen et al., *Encoder-Decoder with Atrous Separable Convolution* (DeepLabv3+), ECCV 2018.
public struct ASPP: Layer {
    /// A 1x1 convolution and one dilated 3x3 convolution for each rate.
    public var branches: [ConvolutionBlock]
    /// The 1x1 convolution behind the mean of the whole image.
    public var pooling: ConvolutionBlock
    /// The 1x1 convolution that joins all branches.
    public var projection: ConvolutionBlock

    /// A pyramid with random weights.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of each branch and of the result.
    ///   - rates: The dilations of the 3x3 convolutions.
    ///   - random: Where the weights are drawn from.
    public init(inputs: Int, outputs: Int, rates: [Int], random: inout RandomSource) {
        branches = [ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 1, random: &random)]
        for rate in rates {
            branches.append(ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 3, dilation: rate, random: &random))
        }
        pooling = ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 1, random: &random)
        projection = ConvolutionBlock(inputs: (rates.count + 2) * outputs, outputs: outputs, kernel: 1, random: &random)
    }

    /// x `[n, h, w, inputs]` -> `[n, h, w, outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        var views = branches.map { $0(x, &context) }
        let whole = pooling(x.mean(along: [1, 2], keepingAxes: true), &context)
        views.append(whole.broadcast(to: Array(views[0].shape)))
        return projection(concatenated(views, along: 3), &context)
    }

    /// Visits the branches, the pooling and the projection.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&branches, "branches")
        visitor.visit(&pooling, "pooling")
        visitor.visit(&projection, "project")
    }
}
