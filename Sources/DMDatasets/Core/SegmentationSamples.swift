public import DMTensors

/// The samples of one part of a data set, with what can be told of them at less cost than by reading them.
public protocol SegmentationSamples: Dataset<SegmentationSample> {
    /// The name of a sample, unique within its data set.
    ///
    /// - Parameter index: In `0..<count`.
    func identifier(at index: Int) -> String

    /// The line of a partition file that names a sample: `image mask`, or its identifier.
    ///
    /// - Parameter index: In `0..<count`.
    func listing(at index: Int) -> String

    /// A sample without its mask, which is not looked at.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps the image from being read.
    func unlabeledSample(at index: Int) throws -> SegmentationSample

    /// Whether a sample has a mask.
    ///
    /// - Parameter index: In `0..<count`.
    func isLabeled(at index: Int) -> Bool

    /// The mask of a sample without its image; nil for an image without labels.
    ///
    /// - Parameter index: In `0..<count`.
    /// - Throws: What keeps it from being read.
    func labels(at index: Int) throws -> Tensor<UInt8>?
}

extension SegmentationSamples {
    /// The sample without its mask, which is not looked at.
    public func unlabeledSample(at index: Int) throws -> SegmentationSample {
        let sample = try sample(at: index)
        return SegmentationSample(identifier: sample.identifier, image: sample.image, mask: nil)
    }

    /// The identifier: samples that lie in no files have no other name.
    public func listing(at index: Int) -> String { identifier(at: index) }
}

extension DatasetSubset: SegmentationSamples where Base: SegmentationSamples {
    /// The name of the sample at `index` of the subset.
    public func identifier(at index: Int) -> String { base.identifier(at: indices[index]) }
    /// The line of a partition file that names the sample at `index` of the subset.
    public func listing(at index: Int) -> String { base.listing(at: indices[index]) }
    /// The sample at `index` of the subset without its mask.
    public func unlabeledSample(at index: Int) throws -> SegmentationSample { try base.unlabeledSample(at: indices[index]) }
    /// Whether the sample at `index` of the subset has a mask.
    public func isLabeled(at index: Int) -> Bool { base.isLabeled(at: indices[index]) }
    /// The mask of the sample at `index` of the subset without its image.
    public func labels(at index: Int) throws -> Tensor<UInt8>? { try base.labels(at: indices[index]) }
}
