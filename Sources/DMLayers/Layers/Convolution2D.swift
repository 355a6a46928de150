public import DMAutograd
public import DMTensors

/// A 2-D convolution of feature maps: y = x * W + b.
public struct Convolution2D: Module {
    /// How many zeros surround an image.
    public enum Padding: Sendable {
        /// On each side dilation (kernel - 1) / 2, as PyTorch's networks have it.
        case symmetric
        /// As few as give ceil(size / stride) pixels, an odd one behind: TensorFlow's SAME.
        case same
    }

    /// W, `[height, width, inputs / groups, outputs]`.
    public var weight: Parameter
    /// b, `[outputs]`.
    public var bias: Parameter?
    /// Stride, dilation and groups, and the padding where it is symmetric.
    public let geometry: Convolution2DGeometry
    /// How many zeros surround an image.
    public let padding: Padding

    /// A convolution with He-normal weights and a bias of zero.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x, a multiple of `groups`.
    ///   - outputs: Channels of y, a multiple of `groups`.
    ///   - kernel: Height and width of the window.
    ///   - stride: Distance of neighboring windows in pixels.
    ///   - dilation: Distance of neighboring taps in pixels.
    ///   - groups: The number of separate convolutions side by side.
    ///   - padding: How many zeros surround an image; either kind keeps its size at stride 1 for an odd kernel.
    ///   - hasBias: Whether b exists; batch normalization behind makes it useless.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding: Padding = .symmetric, hasBias: Bool = false, random: inout RandomSource
    ) {
        require(
            inputs % groups == 0 && outputs % groups == 0,
            "a convolution of \(inputs) to \(outputs) channels cannot be split into \(groups) groups")
        geometry = Convolution2DGeometry(stride: stride, padding: dilation * (kernel - 1) / 2, dilation: dilation, groups: groups)
        self.padding = padding
        let shape = [kernel, kernel, inputs / groups, outputs]
        weight = Parameter(
            Initialization.heNormal(shape: shape, fanOut: kernel * kernel * outputs / groups, random: &random),
            layout: .convolution)
        bias = hasBias ? Parameter(Tensor(repeating: 0, shape: [outputs])) : nil
    }

    /// x `[n, h, w, inputs]` -> y `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        let y = convolution2D(x, weight.variable, padding == .symmetric ? geometry : sameGeometry(for: x.shape))
        return bias.map { y + $0.variable } ?? y
    }

    private func sameGeometry(for shape: [Int]) -> Convolution2DGeometry {
        require(shape.count == 4, "a convolution takes images [n, h, w, channels], not the shape \(shape)")
        return .same(
            input: HeightAndWidth(height: shape[1], width: shape[2]),
            kernel: HeightAndWidth(height: weight.shape[0], width: weight.shape[1]), stride: geometry.stride.height,
            dilation: geometry.dilation.height, groups: geometry.groups)
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}
