import DMDatasets

extension Configuration {
    /// The images and which of them are labeled.
    public struct Dataset: Equatable, Sendable {
        /// Which data set.
        public var name = Name.builtin
        /// The folder that holds the data set's files; the built-in one has none.
        public var root: String?
        /// The seed of the built-in images and of the choice of labeled ones.
        public var seed = BuiltInScenes.Settings().seed
        /// The file that names the labeled training images; nil for a share of them.
        public var labeledList: String?
        /// The file that names the unlabeled training images; nil for all others.
        public var unlabeledList: String?
        /// The file that names the validation images; nil for the data set's own.
        public var validationList: String?
        /// What becomes of a training whose files are at fault.
        public var faults = FaultHandling.stop
        /// The share of the training images with masks whose labels are used, in (0, 1].
        public var labeledFraction = 1.0 / 16
        /// The height and width of the built-in images, in pixels.
        public var side = BuiltInScenes.Settings().side
        /// The number of classes of the built-in images.
        public var classes = BuiltInScenes.Settings().classCount
        /// How many times more pixels the most frequent built-in class has than the rarest.
        public var ratio = BuiltInScenes.Settings().headToTailRatio
        /// The number of built-in training images, labeled or not.
        public var trainingImages = BuiltInScenes.Settings().trainingCount
        /// The number of built-in validation images.
        public var validationImages = BuiltInScenes.Settings().validationCount
        /// The number of built-in test images.
        public var testImages = BuiltInScenes.Settings().testCount

        /// The demonstration's data set.
        public init() {}

        /// A data set that can be read.
        public enum Name: String, CaseIterable, Sendable {
            /// Procedural scenes made from a seed, without any file.
            case builtin
            /// PASCAL VOC 2012, with or without the masks of SBD.
            case pascal
            /// Cityscapes.
            case cityscapes
            /// COCO 2017.
            case coco
            /// CamVid in SegNet's version.
            case camvid
            /// A user's own: `images`, `masks` and `classes.json`.
            case folder
        }

        /// What becomes of a training that meets a file that cannot be used.
        public enum FaultHandling: String, CaseIterable, Sendable {
            /// It ends with the file's path.
            case stop
            /// The image is left out of training and reported with its path; evaluation stops all the same.
            case skip
        }
    }

    /// How networks are measured.
    public struct Evaluation: Equatable, Sendable {
        /// What of an image the network is shown.
        public var mode = Mode.original
        /// The side of the center crop or of the sliding window, in pixels; 0 for that of a training crop.
        public var window = 0
        /// The factor by which an image is resized before a network sees it; its prediction is resized back.
        public var scale = 1.0
        /// The most images that are predicted at a time.
        public var batchSize = 16

        /// Whole images at their size.
        public init() {}

        /// What of an image the network is shown.
        public enum Mode: String, CaseIterable, Sendable {
            /// The whole image at its size.
            case original
            /// A square from the middle; what lies outside it does not count.
            case centerCrop = "center-crop"
            /// Squares that overlap by a third, whose probabilities are averaged.
            case slidingWindow = "sliding-window"
        }
    }

    /// The random views that are drawn from an image.
    public struct Views: Equatable, Sendable {
        /// The height and width of a training crop, in pixels.
        public var crop = 96
        /// The factors between which the image is scaled before it is cropped.
        public var scaleRange = 0.7...1.5
        /// The probability of a horizontal flip.
        public var flipProbability = 0.5
        /// The probability that a strong view's colors are changed.
        public var jitterProbability = 0.8
        /// The largest relative change of brightness, contrast and saturation.
        public var jitter = 0.5
        /// The largest shift of the hue, in turns of the color circle.
        public var hue = 0.25
        /// The probability that a strong view is gray.
        public var grayscaleProbability = 0.2
        /// The probability that a strong view is blurred.
        public var blurProbability = 0.5
        /// The standard deviations of the blur, in pixels.
        public var blurSigma = 0.1...2.0
        /// The probability that a box of another image is pasted into a strong view.
        public var cutMixProbability = 0.5
        /// The share of the image that the pasted box covers.
        public var cutMixArea = 0.02...0.4
        /// The probability with which each channel of the features is dropped in the feature-dropout view.
        public var featureDropout = 0.5

        /// The field's usual views (Yang et al., 2023), with less scaling, cropped to the demonstration's size.
        public init() {}
    }
}
