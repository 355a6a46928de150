import DMAutograd
public import DMLayers
public import DMTensors

/// Drops whole channels of the encoder's features: the feature perturbation of UniMatch.
///
/// The channels are drawn for all images at once; ``of(_:)`` are those of images that pass by themselves.
///
/// Source: Yang et al., *Revisiting Weak-to-Strong Consistency in Semi-Supervised Semantic
/// Segmentation*, CVPR 2023, section 3.2.
public struct FeatureDropout: Sendable {
    /// What the fine and the coarse features are multiplied by, `[n, 1, 1, channels]`; 1 where an image keeps its own.
    private let lowLevel, highLevel: Tensor<Float>

    /// A dropout for the last ones of some images.
    ///
    /// - Parameters:
    ///   - rate: The probability of a channel to be dropped, in 0..<1.
    ///   - images: The number of images.
    ///   - firstImage: The first one whose features suffer; images before it keep theirs.
    ///   - channels: Channels of each level.
    ///   - random: Where the choice of channels is drawn from.
    public init(
        rate: Float, images: Int, firstImage: Int, channels: (lowLevel: Int, highLevel: Int), random: inout RandomSource
    ) {
        func factors(_ channels: Int, _ random: inout RandomSource) -> Tensor<Float> {
            let kept: Tensor<Float> = random.dropoutMask(shape: [images - firstImage, 1, 1, channels], rate: Double(rate))
            return concatenated([Tensor<Float>(repeating: 1, shape: [firstImage, 1, 1, channels]), kept], along: 0)
        }
        lowLevel = factors(channels.lowLevel, &random)
        highLevel = factors(channels.highLevel, &random)
    }

    private init(lowLevel: Tensor<Float>, highLevel: Tensor<Float>) {
        self.lowLevel = lowLevel
        self.highLevel = highLevel
    }

    /// The dropout of some of the images.
    public func of(_ images: Range<Int>) -> FeatureDropout {
        FeatureDropout(
            lowLevel: lowLevel.sliced(along: 0, from: images.lowerBound, to: images.upperBound),
            highLevel: highLevel.sliced(along: 0, from: images.lowerBound, to: images.upperBound))
    }

    /// Drops channels of both levels.
    public func callAsFunction(_ features: EncoderFeatures) -> EncoderFeatures {
        EncoderFeatures(lowLevel: features.lowLevel * Variable(lowLevel), highLevel: features.highLevel * Variable(highLevel))
    }
}
