/// How the windows of a pooling lie over its input.
///
/// Output pixel (r, c) looks at input pixels (r · stride + i · dilation − padding, ...) for i < size, where
/// padding is that of the top or left side.
public struct PoolingWindow: Sendable, Hashable {
    /// Pixels that a window looks at along each axis, at least 1.
    public var size: HeightAndWidth
    /// Pixels from one window to the next, at least 1.
    public var stride: HeightAndWidth
    /// Rows and columns added on each side, at least 0 and less than a window reaches.
    public var padding: ImagePadding
    /// Pixels from one that a window looks at to the next, at least 1.
    public var dilation: HeightAndWidth
    /// Whether a last window that reaches beyond the padding counts, as long as it begins before it.
    public var roundsUp: Bool

    /// A window that differs between the axes.
    ///
    /// - Parameters:
    ///   - size: At least 1.
    ///   - stride: At least 1; the window's size by default.
    ///   - padding: At least 0 and at most dilation · (size − 1) on each side.
    ///   - dilation: At least 1.
    ///   - roundsUp: Whether the number of windows is rounded up.
    /// - Precondition: The numbers are in these ranges.
    public init(
        size: HeightAndWidth, stride: HeightAndWidth? = nil, padding: ImagePadding = ImagePadding(0),
        dilation: HeightAndWidth = HeightAndWidth(1), roundsUp: Bool = false
    ) {
        let stride = stride ?? size
        require(
            min(size.height, size.width, stride.height, stride.width, dilation.height, dilation.width) >= 1,
            "a pooling needs a window, a stride and a dilation of at least 1, not window \(size), stride \(stride), dilation \(dilation)")
        require(
            padding.smallest >= 0 && max(padding.top, padding.bottom) <= dilation.height * (size.height - 1)
                && max(padding.left, padding.right) <= dilation.width * (size.width - 1),
            "a pooling needs a padding smaller than the window reaches, not window \(size), padding \(padding), dilation \(dilation)")
        self.size = size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.roundsUp = roundsUp
    }

    /// A square window.
    ///
    /// - Precondition: Size and stride are at least 1, and the padding is at least 0 and less than the size.
    public init(_ size: Int, stride: Int? = nil, padding: Int = 0) {
        self.init(size: HeightAndWidth(size), stride: stride.map { HeightAndWidth($0) }, padding: ImagePadding(padding))
    }

    /// The extents of the output: (input + padding − dilation · (size − 1) − 1) / stride + 1, rounded down, at least 0.
    ///
    /// Padding is that of both sides together. With `roundsUp` the quotient is rounded up, unless the
    /// last window would then begin behind the image.
    public func outputSize(input: HeightAndWidth) -> HeightAndWidth {
        func extent(_ axis: KeyPath<HeightAndWidth, Int>) -> Int {
            let (step, before) = (stride[keyPath: axis], padding.before[keyPath: axis])
            let room = input[keyPath: axis] + padding.total[keyPath: axis] - dilation[keyPath: axis] * (size[keyPath: axis] - 1) - 1
            guard room >= 0 else { return 0 }
            let count = roundsUp ? room.dividedUp(by: step) + 1 : room / step + 1
            return (count - 1) * step >= input[keyPath: axis] + before ? count - 1 : count
        }
        return HeightAndWidth(height: extent(\.height), width: extent(\.width))
    }
}
