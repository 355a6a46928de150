public import DMAutograd
public import DMDatasets
public import DMLayers
public import DMTensors

/// A whole network: an encoder, the DeepLabv3+ decoder, and a head.
///
/// ```swift
/// var random = RandomSource(seed: 0)
/// let model = SegmentationModel(
///     encoder: ResNet(.resNet50, random: &random), classCount: 21, head: .denoiser(layers: 4, scale: 0.1), random: &random)
/// ```
public struct SegmentationModel: Module {
    /// From images to features of two levels.
    public var encoder: any FeatureEncoder
    /// From those to the feature map F.
    public var decoder: DeepLabV3PlusDecoder
    /// From F to classes.
    public var head: SegmentationHead
    /// The number of classes K.
    public let classCount: Int
    /// How the encoder wants its images.
    public var normalization: ImageNormalization

    /// A network of these parts.
    ///
    /// - Parameters:
    ///   - encoder: From images to features of two levels.
    ///   - decoder: Joins the two levels into the feature map F.
    ///   - head: From F to classes.
    ///   - classCount: The number of classes K.
    ///   - normalization: How the encoder wants its images; that of ImageNet by default.
    public init(
        encoder: any FeatureEncoder, decoder: DeepLabV3PlusDecoder, head: SegmentationHead, classCount: Int,
        normalization: ImageNormalization = .imageNet
    ) {
        self.encoder = encoder
        self.decoder = decoder
        self.head = head
        self.classCount = classCount
        self.normalization = normalization
    }

    /// What kind of head a network gets.
    public enum HeadKind: Sendable, Equatable {
        /// A linear classifier of each pixel.
        case classifier
        /// A mask denoiser.
        case denoiser(GenerativeHead.Shape)

        /// A mask denoiser; the defaults are the paper's L = 4 and b = 0.1.
        public static func denoiser(layers: Int = 4, scale: Float = 0.1) -> HeadKind {
            .denoiser(GenerativeHead.Shape(layers: layers, scale: scale))
        }
    }

    /// A network with a decoder and a head of random weights.
    ///
    /// - Parameters:
    ///   - encoder: From images to features of two levels; with random or with public weights.
    ///   - classCount: The number of classes K.
    ///   - head: The kind of head; a mask denoiser by default.
    ///   - channels: Channels D of the feature map F.
    ///   - lowLevelChannels: Channels that the fine features are narrowed to.
    ///   - rates: The dilations of the atrous spatial pyramid pooling (ASPP).
    ///   - normalization: How the encoder wants its images; that of ImageNet by default.
    ///   - random: Where the weights are drawn from.
    public init(
        encoder: any FeatureEncoder, classCount: Int, head: HeadKind = .denoiser(), channels: Int = 256, lowLevelChannels: Int = 48,
        rates: [Int] = [6, 12, 18], normalization: ImageNormalization = .imageNet, random: inout RandomSource
    ) {
        let decoder = DeepLabV3PlusDecoder(
            inputs: encoder.channels, channels: channels, reduced: lowLevelChannels, rates: rates, random: &random)
        let made: SegmentationHead =
            switch head {
            case .classifier: .classifier(Linear(inputs: channels, outputs: classCount, random: &random))
            case .denoiser(let shape):
                .generator(GenerativeHead(shape, features: channels, classCount: classCount, random: &random))
            }
        self.init(encoder: encoder, decoder: decoder, head: made, classCount: classCount, normalization: normalization)
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

/// The head of a network: it turns the decoder's features into class logits.
public enum SegmentationHead: Module {
    /// A linear classifier of each pixel: the discriminative baselines.
    case classifier(Linear)
    /// A diffusion over the mask, conditioned on the features.
    case generator(GenerativeHead)

    /// The mask denoiser with its class embedding; nil for a classifier.
    public var generator: GenerativeHead? {
        get { if case .generator(let head) = self { head } else { nil } }
        set { if let newValue { self = .generator(newValue) } }
    }

    /// Visits the head's own parts.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch consume self {
        case .classifier(var classifier):
            visitor.visit(&classifier, "classifier")
            self = .classifier(classifier)
        case .generator(var generator):
            visitor.visit(&generator, "generator")
            self = .generator(generator)
        }
    }
}
