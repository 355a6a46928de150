public import DMTensors

/// A long-tailed data set of painted landscapes that needs no file.
///
/// Everything is drawn from the seed: the same settings give the same images on every machine, in any order
/// and from any thread. Sky, meadow, hills and water fill the regions; trees, houses, balloons, boats, tents
/// and kites stand in them, each rarer than the one before. A rare class is *rare, not small*: its objects
/// measure at least a sixth of the image's side, but few images of the training part have one, and they share
/// outline or colors with frequent classes.
///
/// The training part follows the long tail. In the validation and test parts every class appears in at least
/// `Settings.evaluationPresence` of the images: enough objects to measure a rare class by.
///
/// ```swift
/// let scenes = BuiltInScenes(seed: 7)
/// let sample = scenes.samples(of: .training).sample(at: 0)     // image [96, 96, 3], mask [96, 96]
/// ```
public struct BuiltInScenes: SegmentationDataset {
    /// What the scenes were made by.
    public let settings: Settings
    private let parts: [DatasetPart: Samples]

    /// The data set of a seed, with the default settings.
    public init(seed: UInt64) { self.init(Settings(seed: seed)) }

    /// The data set of the given settings.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        let random = RandomSource(seed: settings.seed)
        parts = Dictionary(
            uniqueKeysWithValues: DatasetPart.allCases.enumerated().map { index, part in
                (part, Samples(part: part, settings: settings, random: random.split(UInt64(index))))
            })
    }

    /// The classes in use, the most frequent first.
    public var classes: [SceneClass] { settings.classes }

    /// The names of the classes.
    public var classNames: [String] { classes.map(\.name) }

    /// The colors of the classes.
    public var palette: Palette { Palette(classes.map(\.color)) }

    /// The samples of a part.
    public func samples(of part: DatasetPart) -> Samples { parts[part]! }
}

extension BuiltInScenes {
    /// The images of one part; painted when they are asked for.
    public struct Samples: SegmentationSamples {
        /// The number of images.
        public let count: Int
        private let part: DatasetPart
        private let side: Int
        private let plan: PresencePlan
        private let random: RandomSource

        init(part: DatasetPart, settings: Settings, random: RandomSource) {
            count = settings.count(of: part)
            self.part = part
            side = settings.side
            self.random = random
            plan = PresencePlan(count: count, shares: settings.presence(in: part), random: random.split(0))
        }

        /// The image at `index` and its mask.
        ///
        /// - Parameter index: In `0..<count`.
        /// - Returns: An image `[side, side, 3]` and a mask `[side, side]`.
        public func sample(at index: Int) -> SegmentationSample {
            let scene = scene(at: index)
            return SegmentationSample(
                identifier: identifier(at: index), image: ScenePainter.image(of: scene), mask: ScenePainter.mask(of: scene))
        }

        /// The name of the image at `index`, such as `training-17`.
        public func identifier(at index: Int) -> String { "\(part.rawValue)-\(index)" }

        /// True: every scene has a mask.
        public func isLabeled(at index: Int) -> Bool { true }

        /// The mask at `index` without its image, which takes a sixth of the time.
        ///
        /// - Parameter index: In `0..<count`.
        /// - Returns: The class of each pixel `[side, side]`.
        public func mask(at index: Int) -> Tensor<UInt8> { ScenePainter.mask(of: scene(at: index)) }

        /// The mask at `index`, as data sets of files hand it out.
        public func labels(at index: Int) -> Tensor<UInt8>? { mask(at: index) }

        private func scene(at index: Int) -> Scene {
            require(index >= 0 && index < count, "the \(part.rawValue) part has \(count) scenes, none at \(index)")
            var random = random.split(1).split(UInt64(index))
            return Scene(side: side, showing: plan.classes(inImage: index), using: &random)
        }
    }
}
