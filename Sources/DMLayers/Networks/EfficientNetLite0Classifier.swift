public import DMAutograd
public import DMTensors

/// EfficientNet-Lite0 that names the class of a whole image.
///
/// A 1x1 convolution to 1280 channels, their mean over all pixels, dropout of 0.2, and one linear map.
public struct EfficientNetLite0Classifier: Module {
    /// The network up to the last stage.
    public var encoder: EfficientNetLite0
    /// Widens the last features.
    public var head: ConvolutionBlock
    /// From those to classes.
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
