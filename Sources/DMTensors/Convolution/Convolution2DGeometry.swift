/// How the taps of a two-dimensional convolution lie over its input.
///
/// Output pixel (r, c) reads input pixels (r · stride + i · dilation − padding, ...) for each tap i of
/// the kernel, where padding is that of the top or left side; pixels outside the image are zero.
/// Channels fall into `groups` groups that do not see each other; as many groups as channels make a
/// depthwise convolution.
public struct Convolution2DGeometry: Sendable, Hashable {
    /// Input pixels from one output pixel to the next, at least 1.
    public var stride: HeightAndWidth
    /// Rows and columns of zeros added on each side, at least 0.
    public var padding: ImagePadding
    /// Input pixels from one tap to the next, at least 1.
    public var dilation: HeightAndWidth
    /// The number of groups of channels, at least 1.
    public var groups: Int

    /// A geometry that differs between the axes, with a padding for each side.
    ///
    /// - Precondition: strides, dilations and groups are at least 1, paddings at least 0.
    public init(
        stride: HeightAndWidth = HeightAndWidth(1), padding: ImagePadding, dilation: HeightAndWidth = HeightAndWidth(1), groups: Int = 1
    ) {
        require(
            min(stride.height, stride.width, dilation.height, dilation.width, groups) >= 1 && padding.smallest >= 0,
            "a convolution needs stride, dilation and groups of at least 1 and no negative padding, "
                + "not stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)")
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    /// A geometry that differs between the axes, with the same padding on both sides of each.
    ///
    /// - Precondition: strides, dilations and groups are at least 1, paddings at least 0.
    public init(stride: HeightAndWidth, padding: HeightAndWidth, dilation: HeightAndWidth, groups: Int) {
        self.init(stride: stride, padding: ImagePadding(padding), dilation: dilation, groups: groups)
    }

    /// A geometry that is the same along both axes.
    ///
    /// - Precondition: strides, dilations and groups are at least 1, paddings at least 0.
    public init(stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
        self.init(
            stride: HeightAndWidth(stride), padding: HeightAndWidth(padding), dilation: HeightAndWidth(dilation), groups: groups)
    }

    /// The geometry whose output at stride 1 is as large as its input.
    ///
    /// padding = dilation · (kernel − 1) / 2
    ///
    /// - Parameters:
    ///   - kernel: The kernel's extents, odd.
    ///   - stride: The stride along both axes.
    ///   - dilation: The distance of the kernel's taps along both axes, in pixels.
    ///   - groups: The number of groups that the channels are divided into.
    /// - Precondition: The extents of the kernel are odd.
    public static func same(kernel: HeightAndWidth, stride: Int = 1, dilation: Int = 1, groups: Int = 1) -> Convolution2DGeometry {
        require(
            kernel.height % 2 == 1 && kernel.width % 2 == 1,
            "only a kernel of odd extents has the same padding on both sides, not \(kernel.height) x \(kernel.width)")
        return Convolution2DGeometry(
            stride: HeightAndWidth(stride),
            padding: HeightAndWidth(height: dilation * (kernel.height - 1) / 2, width: dilation * (kernel.width - 1) / 2),
            dilation: HeightAndWidth(dilation), groups: groups)
    }

    /// The geometry whose output at stride 1 is as large as its input, for a square kernel of odd extent.
    public static func same(kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1) -> Convolution2DGeometry {
        same(kernel: HeightAndWidth(kernel), stride: stride, dilation: dilation, groups: groups)
    }

    /// The geometry whose output has ⌈input / stride⌉ pixels along each axis, whatever the kernel.
    ///
    /// Its padding is `ImagePadding.same(input:kernel:stride:dilation:)`, which may differ between the sides.
    public static func same(
        input: HeightAndWidth, kernel: HeightAndWidth, stride: Int, dilation: Int = 1, groups: Int = 1
    ) -> Convolution2DGeometry {
        let (stride, dilation) = (HeightAndWidth(stride), HeightAndWidth(dilation))
        return Convolution2DGeometry(
            stride: stride, padding: .same(input: input, kernel: kernel, stride: stride, dilation: dilation), dilation: dilation,
            groups: groups)
    }

    /// The extents of the output: (input + padding − dilation · (kernel − 1) − 1) / stride + 1, rounded down, at least 0.
    ///
    /// Here padding is that of both sides together.
    public func outputSize(input: HeightAndWidth, kernel: HeightAndWidth) -> HeightAndWidth {
        func extent(_ axis: KeyPath<HeightAndWidth, Int>) -> Int {
            let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
            let room = input[keyPath: axis] + padding.total[keyPath: axis] - reach
            return room < 0 ? 0 : room / stride[keyPath: axis] + 1
        }
        return HeightAndWidth(height: extent(\.height), width: extent(\.width))
    }
}

/// The extents that take part in one convolution.
struct ConvolutionShape {
    let batch: Int
    let input: HeightAndWidth
    let kernel: HeightAndWidth
    let output: HeightAndWidth
    /// Channels of the whole input and output.
    let inputChannels: Int
    let outputChannels: Int
    let geometry: Convolution2DGeometry

    /// - Parameters:
    ///   - operation: What the message names if the shapes do not fit.
    ///   - x: `[batch, height, width, channels]`.
    ///   - w: `[kernel height, kernel width, channels / groups, output channels]`.
    init(_ operation: String, x: [Int], w: [Int], geometry: Convolution2DGeometry) {
        require(
            x.count == 4 && w.count == 4,
            "\(operation) takes an input [batch, height, width, channels] and weights [height, width, in, out], not \(x) and \(w)")
        require(
            x[3] == w[2] * geometry.groups && w[3] % geometry.groups == 0 && w[0] > 0 && w[1] > 0,
            "\(operation) of an input \(x) with weights \(w) in \(geometry.groups) groups: the channels do not match")
        batch = x[0]
        input = HeightAndWidth(height: x[1], width: x[2])
        kernel = HeightAndWidth(height: w[0], width: w[1])
        output = geometry.outputSize(input: input, kernel: kernel)
        inputChannels = x[3]
        outputChannels = w[3]
        self.geometry = geometry
    }

    var inputShape: [Int] { [batch, input.height, input.width, inputChannels] }
    var outputShape: [Int] { [batch, output.height, output.width, outputChannels] }
    var weightShape: [Int] { [kernel.height, kernel.width, groupInputChannels, outputChannels] }

    var groupInputChannels: Int { inputChannels / geometry.groups }
    var groupOutputChannels: Int { outputChannels / geometry.groups }

    /// Whether every channel has exactly one filter of its own.
    var isDepthwise: Bool { geometry.groups > 1 && geometry.groups == inputChannels && geometry.groups == outputChannels }

    /// The pairs of a result pixel and a tap, of one image, whose products the direct sum takes: all, or those inside the
    /// image where taps lie apart and have channels enough for a product of their own (`convolution.h`).
    var directPairs: Int {
        let all = output.height * output.width * kernel.height * kernel.width
        guard geometry.dilation.width > 1, groupInputChannels >= 64 else { return all }
        func inside(_ axis: KeyPath<HeightAndWidth, Int>, padding: Int) -> Int {
            (0..<kernel[keyPath: axis]).reduce(0) { sum, tap in
                sum
                    + (0..<output[keyPath: axis]).count {
                        (0..<input[keyPath: axis]).contains(
                            $0 * geometry.stride[keyPath: axis] + tap * geometry.dilation[keyPath: axis] - padding)
                    }
            }
        }
        return inside(\.height, padding: geometry.padding.top) * inside(\.width, padding: geometry.padding.left)
    }
}
