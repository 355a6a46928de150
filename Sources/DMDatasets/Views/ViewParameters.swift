/// How training views are drawn from an image; by default as in UniMatch (Yang et al., CVPR 2023).
public struct Augmentation: Sendable, Equatable, Codable {
    /// The side of the square crop in pixels.
    public var cropSize: Int
    /// The range of the factor by which the long side is scaled.
    public var scale: ClosedRange<Float>
    /// The probability of a horizontal flip.
    public var flipProbability: Float
    /// The changes of color and sharpness of a strong view.
    public var strong: StrongAugmentation
    /// The boxes that are pasted from one image into another.
    public var cutMix: CutMix
    /// The normalization of the finished views.
    public var normalization: ImageNormalization

    /// The parameters of views of the given size.
    public init(
        cropSize: Int, scale: ClosedRange<Float> = 0.5...2, flipProbability: Float = 0.5, strong: StrongAugmentation = StrongAugmentation(),
        cutMix: CutMix = CutMix(), normalization: ImageNormalization = .imageNet
    ) {
        self.cropSize = cropSize
        self.scale = scale
        self.flipProbability = flipProbability
        self.strong = strong
        self.cutMix = cutMix
        self.normalization = normalization
    }
}

/// The changes of color and sharpness that a strong view makes.
public struct StrongAugmentation: Sendable, Equatable, Codable {
    /// The probability of color jitter, 0 to 1.
    public var jitterProbability: Float
    /// Brightness, contrast and saturation are scaled by a factor in `1 - jitter ... 1 + jitter`.
    public var jitter: Float
    /// The hue is turned by up to this share of the color circle to either side, 0 to 0.5.
    public var hue: Float
    /// The probability of losing all color, 0 to 1.
    public var grayscaleProbability: Float
    /// The probability of a Gaussian blur, 0 to 1.
    public var blurProbability: Float
    /// The range of the blur's standard deviation, in pixels.
    public var blurSigma: ClosedRange<Float>

    /// The parameters, those of UniMatch by default.
    public init(
        jitterProbability: Float = 0.8, jitter: Float = 0.5, hue: Float = 0.25, grayscaleProbability: Float = 0.2,
        blurProbability: Float = 0.5, blurSigma: ClosedRange<Float> = 0.1...2
    ) {
        self.jitterProbability = jitterProbability
        self.jitter = jitter
        self.hue = hue
        self.grayscaleProbability = grayscaleProbability
        self.blurProbability = blurProbability
        self.blurSigma = blurSigma
    }
}

/// The boxes that CutMix pastes (Yun et al., ICCV 2019), in the form of UniMatch.
public struct CutMix: Sendable, Equatable, Codable {
    /// The probability that an image is pasted into at all, 0 to 1.
    public var probability: Float
    /// The range of the box's area, as a share of the image.
    public var area: ClosedRange<Float>
    /// The range of the box's height divided by its width.
    public var aspect: ClosedRange<Float>

    /// The parameters, those of UniMatch by default.
    public init(probability: Float = 0.5, area: ClosedRange<Float> = 0.02...0.4, aspect: ClosedRange<Float> = 0.3...(1 / 0.3)) {
        self.probability = probability
        self.area = area
        self.aspect = aspect
    }
}
