extension Configuration {
    /// The weak and strong augmentation of the training images.
    ///
    /// A weak view is a random scale, crop and flip; a strong one adds color jitter, grayscale, blur and CutMix.
    public struct AugmentationSettings: Equatable, Sendable {
        /// The height and width of a training crop, in pixels.
        public var crop = 96
        /// The range of the random scale factor before cropping.
        public var scaleRange = 0.7...1.5
        /// The probability of a horizontal flip.
        public var flipProbability = 0.5
        /// The probability of color jitter in a strong view.
        public var jitterProbability = 0.8
        /// The largest relative change of brightness, contrast and saturation.
        public var jitter = 0.5
        /// The largest hue shift, in turns of the color wheel.
        public var hue = 0.25
        /// The probability that a strong view is grayscale.
        public var grayscaleProbability = 0.2
        /// The probability of Gaussian blur in a strong view.
        public var blurProbability = 0.5
        /// The range of the blur's standard deviation, in pixels.
        public var blurSigma = 0.1...2.0
        /// The probability of CutMix in a strong view.
        public var cutMixProbability = 0.5
        /// The range of the CutMix box's area, as a fraction of the image.
        public var cutMixArea = 0.02...0.4
        /// The largest number of strong views of an unlabeled image; 0 for its weak view alone.
        public var strongViews = 2
        /// The dropout probability of each channel in the feature-dropout view.
        public var featureDropout = 0.5
        /// Which views lose feature channels.
        public var featureDropoutViews = DropoutViews.weak

        /// Which views of unlabeled images lose feature channels.
        public enum DropoutViews: String, CaseIterable, Sendable {
            /// A view of its own, weakly augmented (UniMatch).
            case weak
            /// The two strong ones, each the channels that the other keeps (UniMatch V2).
            case strong
        }

        /// UniMatch's augmentation (Yang et al., CVPR 2023) with less scaling, cropped to the demonstration's size.
        public init() {}
    }
}

extension Configuration.AugmentationSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("crop", \.crop, .integer(in: 16...4096), "Height and width of a training crop, in pixels."),
        SettingRow("scaleRange", \.scaleRange, .bounds(in: 0.1...10), "Range of the random scale factor before cropping."),
        SettingRow("flipProbability", \.flipProbability, .real(in: 0...1), "Probability of a horizontal flip."),
        SettingRow("jitterProbability", \.jitterProbability, .real(in: 0...1), "Probability of color jitter in a strong view."),
        SettingRow(
            "jitter", \.jitter, .real(in: 0...1), "Largest relative change of brightness, contrast and saturation in color jitter."),
        SettingRow("hue", \.hue, .real(in: 0...0.5), "Largest hue shift in color jitter, in turns of the color wheel."),
        SettingRow(
            "grayscaleProbability", \.grayscaleProbability, .real(in: 0...1), "Probability that a strong view is grayscale."),
        SettingRow("blurProbability", \.blurProbability, .real(in: 0...1), "Probability of Gaussian blur in a strong view."),
        SettingRow("blurSigma", \.blurSigma, .bounds(in: 0.01...100), "Range of the blur's standard deviation, in pixels."),
        SettingRow("cutMixProbability", \.cutMixProbability, .real(in: 0...1), "Probability of CutMix in a strong view."),
        SettingRow(
            "cutMixArea", \.cutMixArea, .bounds(in: 0.001...0.9), "Range of the CutMix box's area, as a fraction of the image."),
        SettingRow(
            "strongViews", \.strongViews, .integer(in: 0...2),
            "Largest number of strong views of an unlabeled image; 0 for its weak view alone, in the forward pass of the labeled images."),
        SettingRow(
            "featureDropout", \.featureDropout, .real(in: 0...0.95),
            "Dropout probability of each channel in the feature-dropout view."),
        SettingRow(
            "featureDropoutViews", \.featureDropoutViews, .choice,
            "Views that lose feature channels: a weak one of their own, or the two strong ones, each the half that the other keeps."),
    ]
}

extension Configuration {
    /// How networks are evaluated.
    public struct EvaluationSettings: Equatable, Sendable {
        /// What the network sees of an image.
        public var mode = Mode.original
        /// The side of the center crop or of the sliding window, in pixels; 0 for that of a training crop.
        public var window = 0
        /// The factor by which an image is resized before a network sees it; its prediction is resized back.
        public var scale = 1.0
        /// Over which versions of an image a prediction is the mean.
        public var testTimeAugmentation = TestTimeAugmentation.none
        /// The largest number of images in a batch.
        public var batchSize = 16

        /// Whole images at their size.
        public init() {}

        /// Over which versions of an image a prediction is the mean.
        public enum TestTimeAugmentation: String, CaseIterable, Sendable {
            /// The image alone.
            case none
            /// The image and its mirror image.
            case flip
        }

        /// What the network sees of an image.
        public enum Mode: String, CaseIterable, Sendable {
            /// The whole image at its size.
            case original
            /// A square from the middle; what lies outside it does not count.
            case centerCrop = "center-crop"
            /// Squares that overlap by a third, whose probabilities are averaged.
            case slidingWindow = "sliding-window"
        }
    }
}

extension Configuration.EvaluationSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow(
            "mode", \.mode, .choice, "What the network sees of an image: all of it, a center crop, or overlapping sliding windows."),
        SettingRow(
            "window", \.window, .integer(in: 0...8192),
            "Side of the center crop or of the sliding window, in pixels; 0 for augmentation.crop."),
        SettingRow(
            "scale", \.scale, .real(in: 0.05...10),
            "Factor by which an image is resized before prediction, and its prediction back; choose augmentation.scaleRange to match."),
        SettingRow(
            "testTimeAugmentation", \.testTimeAugmentation, .choice,
            "Whether a prediction is the mean over an image and its mirror image (flip), in twice the time, or of the image alone."),
        SettingRow(
            "batchSize", \.batchSize, .integer(in: 1...1024),
            "Largest number of images in a batch; the sampling noise depends on it, and so does the result."),
    ]
}
