/// How images are read at fractional positions.
public struct GridSampling: Sendable, Hashable {
    /// What is read between pixels.
    public enum Interpolation: Sendable, Hashable {
        /// The nearest pixel, halves to the even one.
        case nearest
        /// The four neighbors, weighted by their distance.
        case bilinear
        /// The sixteen neighbors, by cubic convolution with a = −3/4.
        case bicubic
    }

    /// What lies outside the image.
    public enum Border: Sendable, Hashable {
        /// Zeros.
        case zero
        /// The pixel at the edge.
        case edge
        /// The image mirrored at its edge.
        case reflection
    }

    /// What is read between pixels.
    public var interpolation: Interpolation
    /// What lies outside the image.
    public var border: Border
    /// Whether −1 and 1 are the centers of the corner pixels; otherwise they are the outer borders.
    public var alignsCorners: Bool

    /// A way to read images.
    public init(_ interpolation: Interpolation = .bilinear, border: Border = .zero, alignsCorners: Bool = false) {
        self.interpolation = interpolation
        self.border = border
        self.alignsCorners = alignsCorners
    }
}
