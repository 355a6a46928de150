import DMAutograd
public import DMLayers
public import DMTensors

/// Drops whole channels of the encoder's features: the feature perturbation of UniMatch.
///
/// The channels are drawn for all images at once; ``images(_:)`` are those of images that pass by themselves.
///
/// Source: Yang et al., *Revisiting Weak-to-Strong Consistency in Semi-Supervised Semantic
/// Segmentation*, CVPR 2023, section 3.2.
public struct FeatureDropout: Sendable {
    /// What the fine and the coarse features are multiplied by, `[n, 1, 1, channels]`; 1 where an image keeps its own.
    private let lowLevel, highLevel: Tensor<Float>

    /// A dropout for images that stand in groups, each with a rate of its own.
    ///
    /// - Parameters:
    ///   - groups: The number of images of each group, and the probability of a channel to be dropped, in 0..<1.
    ///   - channels: Channels of each level.
    ///   - random: Where the choice of channels is drawn from; groups of rate 0 draw nothing.
    public init(
        groups: [(images: Int, rate: Float)], channels: (lowLevel: Int, highLevel: Int), random: inout RandomSource
    ) {
        func factors(_ channels: Int, _ random: inout RandomSource) -> Tensor<Float> {
            concatenated(
                groups.map { group in
                    let shape = [group.images, 1, 1, channels]
                    return group.rate == 0
                        ? Tensor(repeating: 1, shape: shape) : random.dropoutMask(shape: shape, rate: Double(group.rate))
                }, along: 0)
        }
        lowLevel = factors(channels.lowLevel, &random)
        highLevel = factors(channels.highLevel, &random)
    }

    /// A dropout for two views of the same images: of half of the images each channel is kept in one view alone, and doubled.
    ///
    /// Source: Yang et al., *UniMatch V2*, 2024, complementary dropout.
    ///
    /// - Parameters:
    ///   - complements: The number of images of each group, and whether it is one of the two views; others keep all.
    ///   - channels: Channels of each level.
    ///   - random: Where the images and the choice of channels are drawn from.
    /// - Precondition: Two groups are views, of as many images.
    public init(
        complements: [(images: Int, isOne: Bool)], channels: (lowLevel: Int, highLevel: Int), random: inout RandomSource
    ) {
        let views = complements.filter(\.isOne).map(\.images)
        require(
            views.count == 2 && views[0] == views[1], "two views of the same images complement each other, not views of \(views) images")
        let images = views[0]
        let dropped = random.permutation(of: images).prefix((images + 1) / 2)
        func factors(_ channels: Int, _ random: inout RandomSource) -> Tensor<Float> {
            let mask: Tensor<Float> = random.dropoutMask(shape: [images, 1, 1, channels], rate: 0.5)
            var values = mask.scalars
            for image in 0..<images where !dropped.contains(image) {
                for index in image * channels..<(image + 1) * channels { values[index] = 1 }
            }
            let first = Tensor(values, shape: mask.shape)
            var isFirst = true
            return concatenated(
                complements.map { group in
                    guard group.isOne else { return Tensor(repeating: 1, shape: [group.images, 1, 1, channels]) }
                    defer { isFirst = false }
                    return isFirst ? first : Tensor(2) - first
                }, along: 0)
        }
        lowLevel = factors(channels.lowLevel, &random)
        highLevel = factors(channels.highLevel, &random)
    }

    private init(lowLevel: Tensor<Float>, highLevel: Tensor<Float>) {
        self.lowLevel = lowLevel
        self.highLevel = highLevel
    }

    /// The dropout of some of the images.
    public func images(_ range: Range<Int>) -> FeatureDropout {
        FeatureDropout(lowLevel: lowLevel.images(range), highLevel: highLevel.images(range))
    }

    /// Drops channels of both levels.
    public func callAsFunction(_ features: EncoderFeatures) -> EncoderFeatures {
        EncoderFeatures(lowLevel: features.lowLevel * Variable(lowLevel), highLevel: features.highLevel * Variable(highLevel))
    }
}
