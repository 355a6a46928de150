/// How training images are augmented: the weak augmentation of all images, and the strong one and CutMix of unlabeled ones.
///
/// The weak augmentation scales an image, pads it, crops a square and flips it; see ``WeakTransform``. The strong
/// augmentation changes color and sharpness of what the weak one shows; see ``StrongTransform``. CutMix then pastes boxes
/// between the images of a batch; see ``CutMixBoxes``. The result is normalized.
///
/// ```swift
/// var augmentation = Augmentation.uniMatch(cropSize: 321)
/// augmentation.strong.blurProbability = 0
/// ```
public struct Augmentation: Sendable, Equatable, Codable {
    /// The side of the square crop in pixels.
    public var cropSize: Int
    /// The range of the factor by which the long side is scaled.
    public var scale: ClosedRange<Float>
    /// The probability of a horizontal flip, 0 to 1.
    public var flipProbability: Float
    /// The strong augmentation: color jitter, grayscale and blur.
    public var strong: StrongAugmentation
    /// The boxes that are pasted from one image into another.
    public var cutMix: CutMix
    /// The normalization of the finished images.
    public var normalization: ImageNormalization

    /// An augmentation with crops of the given size; all else is that of UniMatch by default.
    ///
    /// - Parameters:
    ///   - cropSize: The side of the square crop in pixels.
    ///   - scale: The range of the factor by which the long side is scaled.
    ///   - flipProbability: The probability of a horizontal flip, 0 to 1.
    ///   - strong: The strong augmentation.
    ///   - cutMix: The boxes that are pasted from one image into another.
    ///   - normalization: The normalization that the encoder was trained with.
    public init(
        cropSize: Int, scale: ClosedRange<Float> = 0.5...2, flipProbability: Float = 0.5,
        strong: StrongAugmentation = StrongAugmentation(), cutMix: CutMix = CutMix(), normalization: ImageNormalization = .imageNet
    ) {
        self.cropSize = cropSize
        self.scale = scale
        self.flipProbability = flipProbability
        self.strong = strong
        self.cutMix = cutMix
        self.normalization = normalization
    }

    /// The augmentation of UniMatch, with ImageNet's normalization.
    ///
    /// Source: Yang et al., *Revisiting Weak-to-Strong Consistency in Semi-Supervised Semantic Segmentation*, CVPR 2023.
    ///
    /// - Parameter cropSize: The side of the square crop in pixels; UniMatch takes 321 or 513 for PASCAL VOC, 801 for
    ///   Cityscapes.
    public static func uniMatch(cropSize: Int) -> Augmentation { Augmentation(cropSize: cropSize) }
}
