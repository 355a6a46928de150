/// Rows and columns that are added around an image, on each side a number of its own.
public struct ImagePadding: Sendable, Hashable {
    /// Rows above the image.
    public var top: Int
    /// Rows below the image.
    public var bottom: Int
    /// Columns before the image.
    public var left: Int
    /// Columns behind the image.
    public var right: Int

    /// A number for each side.
    public init(top: Int, bottom: Int, left: Int, right: Int) {
        self.top = top
        self.bottom = bottom
        self.left = left
        self.right = right
    }

    /// The same number on both sides of each axis.
    public init(_ sides: HeightAndWidth) {
        self.init(top: sides.height, bottom: sides.height, left: sides.width, right: sides.width)
    }

    /// The same number on all four sides.
    public init(_ sides: Int) { self.init(HeightAndWidth(sides)) }

    /// The padding with which windows at a stride make ⌈input / stride⌉ outputs along each axis.
    ///
    /// total = max(0, (⌈input / stride⌉ − 1) · stride + dilation · (kernel − 1) + 1 − input); an odd total has
    /// its larger half below and behind. TensorFlow calls it SAME, ONNX SAME_UPPER.
    ///
    /// - Parameters:
    ///   - input: The extents of the image.
    ///   - kernel: The extents of the window, at least 1.
    ///   - stride: Pixels from one window to the next, at least 1.
    ///   - dilation: Pixels from one tap to the next, at least 1.
    public static func same(
        input: HeightAndWidth, kernel: HeightAndWidth, stride: HeightAndWidth, dilation: HeightAndWidth = HeightAndWidth(1)
    ) -> ImagePadding {
        func total(_ axis: KeyPath<HeightAndWidth, Int>) -> Int {
            let outputs = input[keyPath: axis].dividedUp(by: stride[keyPath: axis])
            let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
            return max(0, (outputs - 1) * stride[keyPath: axis] + reach - input[keyPath: axis])
        }
        let (rows, columns) = (total(\.height), total(\.width))
        return ImagePadding(top: rows / 2, bottom: rows - rows / 2, left: columns / 2, right: columns - columns / 2)
    }

    /// What lies before the image along each axis: `top` and `left`.
    public var before: HeightAndWidth { HeightAndWidth(height: top, width: left) }

    /// What lies on both sides of the image along each axis.
    public var total: HeightAndWidth { HeightAndWidth(height: top + bottom, width: left + right) }

    /// The smallest of the four numbers.
    var smallest: Int { min(top, bottom, left, right) }
}

/// One whole number for each axis of an image.
public struct HeightAndWidth: Sendable, Hashable {
    /// The number along the rows' axis.
    public var height: Int
    /// The number along the columns' axis.
    public var width: Int

    /// A number for each axis.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The same number for both axes.
    public init(_ both: Int) { self.init(height: both, width: both) }
}
