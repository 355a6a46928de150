public import DMTensors

/// Images for semantic segmentation, with a training, a validation and a test part.
///
/// To train on data of your own, conform a type to this protocol and to ``SegmentationSamples``. It needs the names of the
/// classes, the number of images, each image, and its labels where it has any. Nothing has to lie in files.
///
/// ```swift
/// /// Images and labels that are in memory; all of them are for training.
/// struct InMemoryDataset: SegmentationDataset, SegmentationSamples {
///     let classNames: [String]
///     let images: [Tensor<UInt8>]       // each [height, width, 3], red, green, blue
///     let masks: [Tensor<UInt8>?]       // each [height, width]; nil for an unlabeled image
///
///     var count: Int { images.count }
///     func image(at index: Int) -> Tensor<UInt8> { images[index] }
///     func labels(at index: Int) -> Tensor<UInt8>? { masks[index] }
/// }
/// ```
///
/// All else has a default. A validation and a test part, for example, are subsets of the same images:
///
/// ```swift
/// struct Digits: SegmentationDataset, SegmentationSamples {
///     let classNames = ["background", "digit"]
///     let count = 100
///     func image(at index: Int) -> Tensor<UInt8> { Tensor(repeating: UInt8(index), shape: [32, 32, 3]) }
///     func labels(at index: Int) -> Tensor<UInt8>? { Tensor(repeating: 1, shape: [32, 32]) }
///
///     func samples(of part: DatasetPart) -> DatasetSubset<Digits> {
///         switch part {
///         case .training: subset(0..<80)
///         case .validation: subset(80..<90)
///         case .test: subset(90..<100)
///         }
///     }
/// }
/// ```
///
/// ``DatasetCheck`` reads such a data set whole and tells what is wrong with it.
public protocol SegmentationDataset: Sendable {
    /// The samples of one part.
    associatedtype Samples: SegmentationSamples

    /// The names of the classes; class `k` has the label `k` in masks. There are 1 to 255.
    var classNames: [String] { get }

    /// The color in which each class is shown; by default that of PASCAL VOC's palette.
    var palette: Palette { get }

    /// The samples of a part; a part that the data set does not have is empty.
    ///
    /// By default all samples are training samples, where one type is data set and samples in one.
    func samples(of part: DatasetPart) -> Samples

    /// The identifiers of the samples that an entry of a list may mean: a path of its image or, by default, the identifier
    /// itself. There is one, none for an unknown entry, and several where it does not tell samples apart.
    func identifiers(ofListed entry: String) -> [String]
}

/// The purpose of a set of samples: a split of the data set.
public enum DatasetPart: String, Sendable, CaseIterable, Codable {
    /// What models learn from.
    case training
    /// What settings are chosen by.
    case validation
    /// What is reported; nothing is chosen by it.
    case test
}

extension SegmentationDataset {
    /// The first colors of PASCAL VOC's palette.
    public var palette: Palette { Palette(Array(Palette.pascalVOC.colors.prefix(classNames.count))) }

    /// The entry itself: samples outside files are listed by their identifiers.
    public func identifiers(ofListed entry: String) -> [String] { [entry] }
}

extension SegmentationDataset where Self: SegmentationSamples {
    /// All samples for training, none for validation and test.
    public func samples(of part: DatasetPart) -> DatasetSubset<Self> { subset(part == .training ? 0..<count : 0..<0) }
}

/// A finite, ordered collection of images, some or all of them labeled, that can be read in any order and from any thread.
///
/// ``image(at:)`` and ``labels(at:)`` are all that a type must give, and `labels` only if there are any. Each call with the
/// same index gives the same result.
public protocol SegmentationSamples: Sendable {
    /// The number of samples.
    var count: Int { get }

    /// The image of a sample `[height, width, 3]`: red, green, blue.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps the image from being read.
    func image(at index: Int) throws -> Tensor<UInt8>

    /// The class of each pixel of a sample `[height, width]`, 255 where it is to be ignored; nil (the default) for an
    /// unlabeled image.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps the labels from being read.
    func labels(at index: Int) throws -> Tensor<UInt8>?

    /// Whether a sample has labels; by default its labels are read to find out.
    ///
    /// - Parameter index: In `0..<count`.
    func isLabeled(at index: Int) -> Bool

    /// The image of a sample and its labels, read together.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps either from being read; by default also ``DatasetError`` where their sizes differ.
    func sample(at index: Int) throws -> SegmentationSample

    /// The name of a sample, unique within its data set; the index by default.
    ///
    /// - Parameter index: In `0..<count`.
    func identifier(at index: Int) -> String

    /// The line of a partition file that names a sample: `image mask`, or its identifier (the default).
    ///
    /// - Parameter index: In `0..<count`.
    func listing(at index: Int) -> String
}

extension SegmentationSamples {
    /// None: the images are unlabeled.
    public func labels(at index: Int) throws -> Tensor<UInt8>? { nil }

    /// Whether there are labels, read or unreadable.
    public func isLabeled(at index: Int) -> Bool {
        do { return try labels(at: index) != nil } catch { return true }
    }

    /// The image and the labels, put together.
    public func sample(at index: Int) throws -> SegmentationSample {
        let (image, labels) = (try image(at: index), try labels(at: index))
        if let labels, let error = DatasetError(sizesOf: image, and: labels, path: identifier(at: index)) { throw error }
        return SegmentationSample(identifier: identifier(at: index), image: image, mask: labels)
    }

    /// The image alone, as a sample without a mask: the labels are not read.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps the image from being read.
    public func unlabeledSample(at index: Int) throws -> SegmentationSample {
        SegmentationSample(identifier: identifier(at: index), image: try image(at: index), mask: nil)
    }

    /// The index.
    public func identifier(at index: Int) -> String { "\(index)" }

    /// The identifier.
    public func listing(at index: Int) -> String { identifier(at: index) }

    /// The samples at the given indices, in that order.
    ///
    /// - Precondition: Each index lies in `0..<count`.
    public func subset(_ indices: some Sequence<Int>) -> DatasetSubset<Self> { DatasetSubset(self, indices: Array(indices)) }
}

/// Some samples of a collection, in an order of their own.
public struct DatasetSubset<Base: SegmentationSamples>: SegmentationSamples {
    /// The collection that the samples come from.
    public let base: Base
    /// The samples' indices in `base`.
    public let indices: [Int]

    /// The samples of `base` at the given indices.
    ///
    /// - Precondition: Each index lies in `0..<base.count`.
    public init(_ base: Base, indices: [Int]) {
        require(indices.allSatisfy { $0 >= 0 && $0 < base.count }, "a subset of \(base.count) samples has an index beyond them")
        self.base = base
        self.indices = indices
    }

    /// The number of samples.
    public var count: Int { indices.count }
    /// The image at `index` of the subset.
    public func image(at index: Int) throws -> Tensor<UInt8> { try base.image(at: indices[index]) }
    /// The labels at `index` of the subset.
    public func labels(at index: Int) throws -> Tensor<UInt8>? { try base.labels(at: indices[index]) }
    /// Whether the sample at `index` of the subset has labels.
    public func isLabeled(at index: Int) -> Bool { base.isLabeled(at: indices[index]) }
    /// The sample at `index` of the subset.
    public func sample(at index: Int) throws -> SegmentationSample { try base.sample(at: indices[index]) }
    /// The name of the sample at `index` of the subset.
    public func identifier(at index: Int) -> String { base.identifier(at: indices[index]) }
    /// The line of a partition file that names the sample at `index` of the subset.
    public func listing(at index: Int) -> String { base.listing(at: indices[index]) }
}
