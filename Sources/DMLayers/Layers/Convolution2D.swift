public import DMAutograd
public import DMTensors

/// A 2-D convolution of feature maps: y = x * W + b.
public struct Convolution2D: Module {
    /// W, `[height, width, inputs / groups, outputs]`.
    public var weight: Parameter
    /// b, `[outputs]`.
    public var bias: Parameter?
    /// Stride, padding, dilation and groups.
    public let geometry: Convolution2DGeometry

    /// A convolution with He-normal weights and a bias of zero.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x, a multiple of `groups`.
    ///   - outputs: Channels of y, a multiple of `groups`.
    ///   - kernel: Height and width of the window.
    ///   - stride: Distance of neighbouring windows in pixels.
    ///   - dilation: Distance of neighbouring taps in pixels.
    ///   - groups: The number of separate convolutions side by side.
    ///   - hasBias: Whether b exists; batch normalisation behind makes it useless.
    ///   - random: Where the weights are drawn from.
    ///
    /// The padding keeps the size at stride 1 for an odd kernel.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        hasBias: Bool = false, random: inout RandomSource
    ) {
        checkShape(
            inputs % groups == 0 && outputs % groups == 0,
            "a convolution of \(inputs) to \(outputs) channels cannot be split into \(groups) groups")
        geometry = Convolution2DGeometry(stride: stride, padding: dilation * (kernel - 1) / 2, dilation: dilation, groups: groups)
        let shape = [kernel, kernel, inputs / groups, outputs]
        weight = Parameter(
            Initialization.heNormal(shape: shape, fanOut: kernel * kernel * outputs / groups, random: &random))
        bias = hasBias ? Parameter(Tensor(repeating: 0, shape: [outputs])) : nil
    }

    /// x `[n, h, w, inputs]` -> y `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        let y = convolution2D(x, weight.variable, geometry)
        return bias.map { y + $0.variable } ?? y
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}
