public import DMTensors

/// An image and, where it is labeled, the class of each of its pixels.
public struct SegmentationSample: Sendable {
    /// The label of pixels that belong to no class: they take part in no loss and no metric.
    public static let ignoredLabel: UInt8 = 255

    /// A name that is unique within its data set.
    public let identifier: String
    /// The image `[height, width, 3]`, red, green, blue.
    public let image: Tensor<UInt8>
    /// The class of each pixel `[height, width]`, 255 where it is to be ignored; nil for an image without labels.
    public let mask: Tensor<UInt8>?

    /// The sample of an image and its mask.
    ///
    /// - Parameters:
    ///   - identifier: A name that is unique within its data set.
    ///   - image: `[height, width, 3]`.
    ///   - mask: `[height, width]` or nil.
    /// - Precondition: Image and mask have the same height and width.
    public init(identifier: String, image: Tensor<UInt8>, mask: Tensor<UInt8>?) {
        require(image.rank == 3 && image.shape[2] == 3, "a sample's image is [height, width, 3], not \(image.shape)")
        if let mask {
            require(Array(image.shape[..<2]) == mask.shape, "image \(image.shape) and mask \(mask.shape) do not cover each other")
        }
        self.identifier = identifier
        self.image = image
        self.mask = mask
    }
}
