/// A collection of labeled images with a training, a validation and a test part.
public protocol SegmentationDataset: Sendable {
    /// The samples of one part.
    associatedtype Samples: SegmentationSamples

    /// The names of the classes; class `k` has the label `k` in masks.
    var classNames: [String] { get }

    /// The color in which each class is shown.
    var palette: Palette { get }

    /// The samples of a part; a part that the data set does not have is empty.
    func samples(of part: DatasetPart) -> Samples

    /// The identifier of the sample that an entry of a list means: a path of its image, or the identifier itself.
    func identifier(ofListed entry: String) -> String
}

extension SegmentationDataset {
    /// The entry itself: what lies in no files is listed by identifiers.
    public func identifier(ofListed entry: String) -> String { entry }
}

/// The purpose that a set of samples serves.
public enum DatasetPart: String, Sendable, CaseIterable, Codable {
    /// What models learn from.
    case training
    /// What settings are chosen by.
    case validation
    /// What is reported; nothing is chosen by it.
    case test
}
