import DMAutograd
public import DMLayers
import DMTensors

/// Drops whole channels of the encoder's features: the feature perturbation of UniMatch.
///
/// Source: Yang et al., *Revisiting Weak-to-Strong Consistency in Semi-Supervised Semantic
/// Segmentation*, CVPR 2023, section 3.2.
public struct FeatureDropout: Sendable {
    /// The probability of a channel to be dropped, in 0..<1.
    public let rate: Float
    /// The first image of the batch whose features suffer.
    public let firstImage: Int

    /// A dropout for the images from `firstImage` on.
    public init(rate: Float, firstImage: Int) {
        self.rate = rate
        self.firstImage = firstImage
    }

    /// Drops channels of both levels; images before `firstImage` keep theirs.
    public func callAsFunction(_ features: EncoderFeatures, _ context: inout ForwardContext) -> EncoderFeatures {
        EncoderFeatures(
            lowLevel: dropping(features.lowLevel, &context), highLevel: dropping(features.highLevel, &context))
    }

    private func dropping(_ features: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let (images, channels) = (features.shape[0], features.shape[3])
        guard context.mode == .training, rate > 0, firstImage < images else { return features }
        let kept: Tensor<Float> = context.random.dropoutMask(
            shape: [images - firstImage, 1, 1, channels], rate: Double(rate))
        let untouched = Tensor<Float>(repeating: 1, shape: [firstImage, 1, 1, channels])
        return features * Variable(concatenated([untouched, kept], along: 0))
    }
}
