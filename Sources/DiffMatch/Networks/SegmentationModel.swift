public import DMAutograd
public import DMLayers
public import DMTensors

/// A whole network: encoder, decoder and head.
public struct SegmentationModel: Module {
    /// From images to features of two levels.
    public var encoder: any FeatureEncoder
    /// From those to the feature map F.
    public var decoder: DeepLabV3PlusDecoder
    /// From F to classes.
    public var head: SegmentationHead
    /// The number of classes K.
    public let classCount: Int

    /// A network of these parts.
    public init(encoder: any FeatureEncoder, decoder: DeepLabV3PlusDecoder, head: SegmentationHead, classCount: Int) {
        self.encoder = encoder
        self.decoder = decoder
        self.head = head
        self.classCount = classCount
    }

    /// The feature map F of images.
    ///
    /// - Parameters:
    ///   - images: `[n, h, w, 3]`, normalized.
    ///   - dropout: Drops channels of some images' features before the decoder.
    ///   - context: The mode, the random stream and the statistics.
    /// - Returns: F, `[n, h / 4, w / 4, D]`.
    public func features(
        of images: Tensor<Float>, dropout: FeatureDropout? = nil, _ context: inout ForwardContext
    ) -> Variable<Float> {
        let seen = encoder(Variable(images), &context)
        return decoder(dropout?(seen) ?? seen, &context)
    }

    /// Visits `backbone`, `decoder` and `head`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&encoder, "backbone")
        visitor.visit(&decoder, "decoder")
        visitor.visit(&head, "head")
    }
}
