public import DMTensors
import Foundation

/// A long-tailed data set of painted landscapes, with no files to download.
///
/// Everything is drawn from the seed: the same settings give the same images on every machine, in any order and from any
/// thread. Sky, meadow, hills and water fill the regions; trees, houses, balloons, boats, tents and kites stand in them, each
/// rarer than the one before. A rare class is *rare, not small*: its objects measure at least a sixth of the image's side,
/// but few training images have one, and they share outline or colors with frequent classes.
///
/// The training part is long-tailed. In the validation and test parts every class appears in at least
/// ``Settings/evaluationPresence`` of the images, so that there are enough objects to measure a rare class.
///
/// ```swift
/// let scenes = BuiltInScenes(seed: 7)
/// let sample = scenes.samples(of: .training).sample(at: 0)     // image [96, 96, 3], mask [96, 96]
/// ```
public struct BuiltInScenes: SegmentationDataset {
    /// The settings that the scenes were made with.
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

        /// The image at `index` `[side, side, 3]`.
        ///
        /// - Parameter index: In `0..<count`.
        public func image(at index: Int) -> Tensor<UInt8> { ScenePainter.image(of: scene(at: index)) }

        /// The name of the image at `index`, such as `training-17`.
        public func identifier(at index: Int) -> String { "\(part.rawValue)-\(index)" }

        /// True: every scene is labeled.
        public func isLabeled(at index: Int) -> Bool { true }

        /// The mask at `index` without its image, which takes a sixth of the time.
        ///
        /// - Parameter index: In `0..<count`.
        /// - Returns: The class of each pixel `[side, side]`.
        public func mask(at index: Int) -> Tensor<UInt8> { ScenePainter.mask(of: scene(at: index)) }

        /// The mask at `index`, as all data sets give it.
        public func labels(at index: Int) -> Tensor<UInt8>? { mask(at: index) }

        private func scene(at index: Int) -> Scene {
            checkShape(index >= 0 && index < count, "the \(part.rawValue) part has \(count) scenes, none at \(index)")
            var random = random.split(1).split(UInt64(index))
            return Scene(side: side, showing: plan.classes(inImage: index), using: &random)
        }
    }
}

extension BuiltInScenes {
    /// The settings that the built-in scenes are made with.
    public struct Settings: Sendable, Equatable, Codable {
        /// The smallest number of classes: the four regions and one kind of object.
        public static let leastClasses = 5

        /// The seed of all randomness.
        public var seed: UInt64
        /// The side of the square images in pixels, at least 32.
        public var side: Int
        /// The number of classes, 5 to 12: the first ones of ``SceneClass``.
        public var classCount: Int
        /// About how many times more pixels of the training part the most frequent class has than the least frequent one.
        public var headToTailRatio: Double
        /// The number of training images.
        public var trainingCount: Int
        /// The number of validation images.
        public var validationCount: Int
        /// The number of test images.
        public var testCount: Int
        /// The least share of validation and test images that show a class, 0 to 1.
        public var evaluationPresence: Double

        /// The settings, those of the shipped experiments by default.
        public init(
            seed: UInt64 = 1, side: Int = 96, classCount: Int = 10, headToTailRatio: Double = 110, trainingCount: Int = 800,
            validationCount: Int = 100, testCount: Int = 320, evaluationPresence: Double = 0.18
        ) {
            self.seed = seed
            self.side = side
            self.classCount = classCount
            self.headToTailRatio = headToTailRatio
            self.trainingCount = trainingCount
            self.validationCount = validationCount
            self.testCount = testCount
            self.evaluationPresence = evaluationPresence
            checkShape(side >= 32, "scenes have a side of at least 32 pixels, not \(side)")
            checkShape(
                classCount >= Self.leastClasses && classCount <= SceneClass.allCases.count,
                "scenes have \(Self.leastClasses) to \(SceneClass.allCases.count) classes, not \(classCount)")
        }
    }
}

extension BuiltInScenes.Settings {
    /// The classes in use, the most frequent first.
    var classes: [SceneClass] { Array(SceneClass.allCases.prefix(classCount)) }

    func count(of part: DatasetPart) -> Int {
        switch part {
        case .training: trainingCount
        case .validation: validationCount
        case .test: testCount
        }
    }

    /// The share of a part's images that show each class for which this varies.
    ///
    /// The shares of the objects fall geometrically from the first kind to the last, whose share follows from the
    /// wanted ratio: `share * objectArea = skyArea / headToTailRatio`.
    func presence(in part: DatasetPart) -> [(label: SceneClass, share: Double)] {
        let objects = classes.filter { !$0.isBackground }
        let mostFrequent = 0.65
        let rarest = min(mostFrequent, Self.skyArea / (headToTailRatio * Self.objectArea))
        let least = part == .training ? 0 : evaluationPresence
        return [(.water, 0.5)]
            + objects.enumerated().map { rank, label in
                let position = objects.count > 1 ? Double(rank) / Double(objects.count - 1) : 1
                return (label, max(least, mostFrequent * pow(rarest / mostFrequent, position)))
            }
    }

    /// The mean share of an image that the sky fills.
    private static let skyArea = 0.34
    /// The mean share of an image that one object fills.
    private static let objectArea = 0.045
}

/// Which images of a part show which class.
///
/// A class that occurs in the share `p` of `n` images occurs in exactly `round(p * n)` of them, at least
/// one, whatever the seed: chance decides only which. Data of the same settings are equally hard.
struct PresencePlan: Sendable {
    private let classesOfImage: [Set<SceneClass>]

    /// - Parameters:
    ///   - count: The number of images.
    ///   - shares: The share of images that show each class; classes that are not named appear in none.
    init(count: Int, shares: [(label: SceneClass, share: Double)], random: RandomSource) {
        var classesOfImage = [Set<SceneClass>](repeating: [], count: count)
        for (label, share) in shares {
            let present = min(count, max(1, Int((share * Double(count)).rounded())))
            var random = random.split(UInt64(label.rawValue))
            for index in random.permutation(of: count).prefix(present) { classesOfImage[index].insert(label) }
        }
        self.classesOfImage = classesOfImage
    }

    /// The classes that an image has to show.
    func classes(inImage index: Int) -> Set<SceneClass> { classesOfImage[index] }
}
