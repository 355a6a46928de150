public import DMTensors

/// An image as it is trained on, with its mask.
public struct AugmentedImage: Sendable, Equatable {
    /// The pixels `[side, side, 3]` in [0, 1], 0 where the image does not reach.
    public var image: Tensor<Float>
    /// The labels `[side, side]`: 255 where pixels are to be ignored or the image does not reach; 0 elsewhere for an
    /// image without labels.
    public var mask: Tensor<UInt8>

    /// The view of an image and its mask.
    public init(image: Tensor<Float>, mask: Tensor<UInt8>) {
        self.image = image
        self.mask = mask
    }
}
