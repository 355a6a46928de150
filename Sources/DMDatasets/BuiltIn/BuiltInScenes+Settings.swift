import DMTensors
import Foundation

extension BuiltInScenes {
    /// What the built-in scenes are made by.
    public struct Settings: Sendable, Equatable, Codable {
        /// The smallest number of classes: the four regions and one kind of object.
        public static let leastClasses = 5

        /// What all randomness comes from.
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
            require(side >= 32, "scenes have a side of at least 32 pixels, not \(side)")
            require(
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
