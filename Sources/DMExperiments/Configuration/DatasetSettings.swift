public import DMDatasets

extension Configuration {
    /// The data set, and which of its images are labeled.
    public struct DatasetSettings: Equatable, Sendable {
        /// Which data set.
        public var name = Name.builtin
        /// The folder that holds the data set's files; the built-in one has none.
        public var root: String?
        /// The seed of the built-in images and of the choice of labeled ones.
        public var seed = BuiltInScenes.Settings().seed
        /// The file that lists the labeled training images; nil to choose a fraction of them.
        public var labeledList: String?
        /// The file that lists the unlabeled training images; nil for all others.
        public var unlabeledList: String?
        /// The file that lists the validation images; nil for the data set's own.
        public var validationList: String?
        /// What happens at a file that is unreadable or invalid.
        public var faults = FaultHandling.stop
        /// Whether photographs are turned as their cameras noted.
        public var orientation = ImageReading.OrientationHandling.ignore
        /// The largest image that is read, in pixels.
        public var pixelLimit = ImageLimits().pixels
        /// The fraction of the training images with masks whose labels are used, in (0, 1].
        public var labeledFraction = 1.0 / 16
        /// The height and width of the built-in images, in pixels.
        public var side = BuiltInScenes.Settings().side
        /// The number of classes in the built-in images.
        public var classes = BuiltInScenes.Settings().classCount
        /// The ratio of pixels between the most and the least frequent built-in class.
        public var ratio = BuiltInScenes.Settings().headToTailRatio
        /// The number of built-in training images, labeled and unlabeled.
        public var trainingImages = BuiltInScenes.Settings().trainingCount
        /// The number of built-in validation images.
        public var validationImages = BuiltInScenes.Settings().validationCount
        /// The number of built-in test images.
        public var testImages = BuiltInScenes.Settings().testCount

        /// The demonstration's data set.
        public init() {}

        /// A data set that can be read.
        public enum Name: String, CaseIterable, Sendable {
            /// Procedural scenes generated from a seed, without any file.
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

        /// What happens when training meets a file that cannot be used.
        public enum FaultHandling: String, CaseIterable, Sendable {
            /// Training ends with the file's path.
            case stop
            /// The image is left out of training and reported with its path; evaluation stops all the same.
            case skip
        }
    }
}

extension Configuration.DatasetSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow(
            "name", \.name, .choice, "Data set in its official layout; builtin generates its images from a seed, folder is your own."),
        SettingRow(
            "root", \.root, .optionalText, "Folder that holds the data set's files; builtin needs none.", affectsResults: false),
        SettingRow(
            "seed", \.seed, .integer(in: 0...(.max)),
            "Seed of the built-in images and of the choice of labeled images; separate from the run's seed."),
        SettingRow(
            "labeledFraction", \.labeledFraction, .fraction,
            "Fraction of the training images with masks whose labels are used, if no list names them."),
        SettingRow("labeledList", \.labeledList, .optionalText, "File that lists the labeled training images."),
        SettingRow(
            "unlabeledList", \.unlabeledList, .optionalText, "File that lists the unlabeled training images; null for all others."),
        SettingRow(
            "validationList", \.validationList, .optionalText,
            "File that lists the validation images; null for the data set's own."),
        SettingRow(
            "faults", \.faults, .choice,
            "What to do at an unreadable or invalid file: stop, or skip the image in training and report it."),
        SettingRow(
            "orientation", \.orientation, .choice,
            "What to do with the orientation that cameras note in photographs: ignore it, or apply it to the images; masks stay."),
        SettingRow(
            "pixelLimit", \.pixelLimit, .integer(in: 1...(1 << 32)),
            "Largest image that is read, in pixels; a larger one is refused by its header.", affectsResults: false),
        SettingRow("side", \.side, .integer(in: 32...1024), "Height and width of a built-in image, in pixels."),
        SettingRow("classes", \.classes, .integer(in: 5...12), "Number of classes in the built-in images."),
        SettingRow(
            "ratio", \.ratio, .real(in: 1...10_000),
            "Approximate ratio of training pixels between the most and the least frequent built-in class."),
        SettingRow(
            "trainingImages", \.trainingImages, .integer(in: 16...1_000_000),
            "Number of built-in training images, labeled and unlabeled."),
        SettingRow("validationImages", \.validationImages, .integer(in: 1...100_000), "Number of built-in validation images."),
        SettingRow("testImages", \.testImages, .integer(in: 1...100_000), "Number of built-in test images."),
    ]
}
