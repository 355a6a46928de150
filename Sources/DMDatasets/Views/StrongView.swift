public import DMTensors

/// The changes of color and sharpness of a strong view; what lies where does not change.
///
/// In this order: color jitter (brightness, contrast, saturation and hue, in an order of their own), loss of color,
/// Gaussian blur. Each happens or not.
public struct StrongTransform: Sendable, Equatable {
    /// One step of color jitter.
    public enum ColorChange: Sendable, Equatable {
        /// Scales all channels by the factor.
        case brightness(Float)
        /// Moves all pixels from the image's mean brightness (0) to what they are (1) and beyond.
        case contrast(Float)
        /// Moves each pixel from its own brightness (0) to its color (1) and beyond.
        case saturation(Float)
        /// Turns the hue by this share of the color circle.
        case hue(Float)
    }

    /// The steps of color jitter, in order; none when there is no jitter.
    public var colorChanges: [ColorChange]
    /// Whether color is lost.
    public var isGrayscale: Bool
    /// The standard deviation of the blur in pixels; nil for none.
    public var blurSigma: Float?

    /// The view of the given changes.
    public init(colorChanges: [ColorChange] = [], isGrayscale: Bool = false, blurSigma: Float? = nil) {
        self.colorChanges = colorChanges
        self.isGrayscale = isGrayscale
        self.blurSigma = blurSigma
    }

    /// A view drawn at random.
    public init(_ parameters: StrongAugmentation, using random: inout RandomSource) {
        let factors = max(0, 1 - parameters.jitter)...(1 + parameters.jitter)
        // All numbers are drawn whether used or not: one draw does not shift the next.
        let changes: [ColorChange] = [
            .brightness(random.uniform(factors)), .contrast(random.uniform(factors)), .saturation(random.uniform(factors)),
            .hue(random.uniform(-parameters.hue...parameters.hue)),
        ]
        let order = random.permutation(of: changes.count)
        colorChanges = random.chance(parameters.jitterProbability) ? order.map { changes[$0] } : []
        isGrayscale = random.chance(parameters.grayscaleProbability)
        let sigma = random.uniform(parameters.blurSigma)
        blurSigma = random.chance(parameters.blurProbability) ? sigma : nil
    }

    /// The changed image.
    ///
    /// - Parameter image: `[height, width, 3]` in [0, 1].
    /// - Returns: The same shape, in [0, 1].
    public func callAsFunction(_ image: Tensor<Float>) -> Tensor<Float> {
        checkShape(image.rank == 3 && image.shape[2] == 3, "a strong view takes [height, width, 3], not \(image.shape)")
        var result = image
        result.withUnsafeMutableElements { pixels in
            for change in colorChanges { ColorChanges.apply(change, to: pixels) }
            if isGrayscale { ColorChanges.apply(.saturation(0), to: pixels) }
        }
        return blurSigma.map { GaussianBlur(sigma: $0)(result) } ?? result
    }
}
