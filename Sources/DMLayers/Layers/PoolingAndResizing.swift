public import DMAutograd
public import DMTensors

/// The largest element of each window of a feature map.
public struct MaxPooling2D: ContextFreeLayer {
    /// Height and width of the window, and the distance of neighboring windows, in pixels.
    public let window, stride: Int
    /// How many pixels that count for nothing surround an image on each side.
    public let padding: Int

    /// A pooling; windows lie side by side unless a stride is given.
    public init(window: Int, stride: Int? = nil, padding: Int = 0) {
        (self.window, self.stride, self.padding) = (window, stride ?? window, padding)
    }

    /// x `[n, h, w, channels]` -> y `[n, h', w', channels]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        x.maximumPooled(window: window, stride: stride, padding: padding)
    }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The mean of each window of a feature map.
public struct AveragePooling2D: ContextFreeLayer {
    /// Height and width of the window, and the distance of neighboring windows, in pixels.
    public let window, stride: Int
    /// How many pixels that count for nothing surround an image on each side.
    public let padding: Int

    /// A pooling; windows lie side by side unless a stride is given.
    public init(window: Int, stride: Int? = nil, padding: Int = 0) {
        (self.window, self.stride, self.padding) = (window, stride ?? window, padding)
    }

    /// x `[n, h, w, channels]` -> y `[n, h', w', channels]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        x.averagePooled(window: window, stride: stride, padding: padding)
    }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// The mean of each channel over all pixels of an image.
public struct GlobalAveragePooling: ContextFreeLayer {
    /// A pooling.
    public init() {}

    /// x `[n, h, w, channels]` -> y `[n, channels]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { x.mean(along: [1, 2]) }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// Upsampling of feature maps by a whole factor.
public struct Upsampling2D: ContextFreeLayer {
    /// How the new pixels come about.
    public enum Interpolation: Sendable {
        /// Each is a copy of the nearest old one.
        case nearest
        /// Bilinear. With aligned corners the outermost pixels keep their places; otherwise the images' borders do.
        case bilinear(alignsCorners: Bool)
    }

    /// How many new pixels come from an old one along each axis.
    public let factor: Int
    /// How the new pixels come about.
    public let interpolation: Interpolation

    /// An upsampling by `factor`, at least 1.
    public init(factor: Int, _ interpolation: Interpolation = .nearest) {
        checkShape(factor >= 1, "the factor of an upsampling is at least 1, not \(factor)")
        self.factor = factor
        self.interpolation = interpolation
    }

    /// x `[n, h, w, channels]` -> y `[n, factor h, factor w, channels]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        checkShape(x.shape.count == 4, "an upsampling takes images [n, h, w, channels], not the shape \(x.shape)")
        let (height, width) = (factor * x.shape[1], factor * x.shape[2])
        return switch interpolation {
        case .nearest: x.resizedNearest(height: height, width: width, alignsCorners: false)
        case .bilinear(let alignsCorners): x.resized(height: height, width: width, alignsCorners: alignsCorners)
        }
    }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}

/// All numbers of an image in one row, in PyTorch's order: channel by channel, then row by row.
///
/// The features here lie pixel by pixel. In PyTorch's order the weights of a linear map behind it fit when they are
/// imported from there.
public struct Flatten: ContextFreeLayer {
    /// A layer that flattens.
    public init() {}

    /// x `[n, ..., channels]` -> y `[n, channels * ...]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        let rank = x.shape.count
        checkShape(rank >= 2, "flattening keeps the first axis of at least two, not of the shape \(x.shape)")
        return x.transposed(permutation: [0, rank - 1] + Array(1..<(rank - 1))).reshaped(to: [x.shape[0], -1])
    }

    /// There are no parameters.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {}
}
