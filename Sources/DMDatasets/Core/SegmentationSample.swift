public import DMTensors

/// An image and, where it is labeled, the class of each of its pixels.
public struct SegmentationSample: Sendable {
    /// The label of pixels that belong to no class (the *ignore index*), 255: they take part in no loss and no metric.
    public static let ignoredLabel: UInt8 = 255

    /// A name that is unique within its data set.
    public let identifier: String
    /// The image `[height, width, 3]`: red, green, blue.
    public let image: Tensor<UInt8>
    /// The class of each pixel `[height, width]`, 255 where it is to be ignored; nil for an image without labels.
    public let mask: Tensor<UInt8>?

    /// The sample of an image and its mask.
    ///
    /// - Parameters:
    ///   - identifier: A name that is unique within its data set.
    ///   - image: `[height, width, 3]`.
    ///   - mask: `[height, width]`, or nil.
    /// - Precondition: Image and mask have the same height and width.
    public init(identifier: String, image: Tensor<UInt8>, mask: Tensor<UInt8>?) {
        checkShape(image.rank == 3 && image.shape[2] == 3, "a sample's image is [height, width, 3], not \(image.shape)")
        if let mask {
            checkShape(Array(image.shape[..<2]) == mask.shape, "image \(image.shape) and mask \(mask.shape) do not cover each other")
        }
        self.identifier = identifier
        self.image = image
        self.mask = mask
    }

    /// The square in the middle of the sample; a side that is shorter than the square stays whole.
    ///
    /// Where an odd number of pixels is cut, one more is cut at the right and at the bottom.
    ///
    /// - Parameter side: The side of the square in pixels.
    public func centerCropped(to side: Int) -> SegmentationSample {
        let (height, width) = (min(side, image.shape[0]), min(side, image.shape[1]))
        let (top, left) = ((image.shape[0] - height) / 2, (image.shape[1] - width) / 2)
        return SegmentationSample(
            identifier: identifier,
            image: image.sliced(along: 0, from: top, to: top + height).sliced(along: 1, from: left, to: left + width),
            mask: mask?.sliced(along: 0, from: top, to: top + height).sliced(along: 1, from: left, to: left + width))
    }
}
