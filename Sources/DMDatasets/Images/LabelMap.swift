public import DMTensors

/// The class of each pixel of an image, as stored in a file.
public struct LabelMap: Sendable, Equatable {
    /// The labels `[height, width]`; 255 by convention where a pixel is to be ignored.
    public let labels: Tensor<UInt8>
    /// The colors kept beside the labels, if there are any.
    public let palette: Palette?

    /// The map of the given labels.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]`.
    ///   - palette: The colors to show the labels in.
    public init(_ labels: Tensor<UInt8>, palette: Palette? = nil) {
        require(labels.rank == 2, "a label map is [height, width], not \(labels.shape)")
        self.labels = labels
        self.palette = palette
    }
}

/// A mask file's content before it is known what it means.
enum StoredMask {
    /// Class indices.
    case numbers(LabelMap)
    /// Colors `[height, width, 3]`.
    case colors(Tensor<UInt8>)
}
