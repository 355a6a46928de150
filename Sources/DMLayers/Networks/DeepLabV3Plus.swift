public import DMAutograd
public import DMTensors

/// DeepLabv3+: an encoder, the atrous-pyramid decoder and a classifier of each pixel.
///
/// The pyramid's views have 256 channels at rates 6, 12 and 18 (double that at output stride 8, if one
/// follows the paper), the fine features are narrowed to 48, and two 3x3 convolutions take the 304
/// joined channels to 256.
///
/// Source: Chen et al., *Encoder-Decoder with Atrous Separable Convolution for Semantic Image
/// Segmentation*, ECCV 2018, with plain 3x3 convolutions in the decoder, as the semi-supervised field has it.
public struct DeepLabV3Plus: Module {
    /// From images to features of two levels.
    public var encoder: any FeatureEncoder
    /// Joins the two levels.
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

    /// images `[n, h, w, 3]` -> logits `[n, h, w, classes]`, enlarged bilinearly with corners aligned.
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
