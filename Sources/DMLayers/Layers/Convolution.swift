public import DMAutograd
public import DMTensors

/// A 2-D convolution of feature maps: y = x * W + b.
public struct Convolution2D: ContextFreeLayer {
    /// How many zeros surround an image.
    public enum Padding: Sendable {
        /// On each side dilation (kernel - 1) / 2, as PyTorch's networks have it.
        case symmetric
        /// As few as give ceil(size / stride) pixels, an odd one at the end: TensorFlow's SAME.
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
    ///   - hasBias: Whether b exists; a batch normalization that follows makes it useless.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding: Padding = .symmetric, hasBias: Bool = false, random: inout RandomSource
    ) {
        checkShape(
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
        checkShape(shape.count == 4, "a convolution takes images [n, h, w, channels], not the shape \(shape)")
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

/// A transposed 2-D convolution of feature maps, which enlarges them: the gradient of a convolution as a layer.
///
/// Also called deconvolution; y is `(h - 1) stride + kernel - 2 padding + outputPadding` pixels high.
public struct TransposedConvolution2D: ContextFreeLayer {
    /// W, `[height, width, outputs, inputs]`.
    public var weight: Parameter
    /// b, `[outputs]`.
    public var bias: Parameter?
    /// Stride and padding of the convolution that leads back.
    public let geometry: Convolution2DGeometry
    /// Rows below and columns behind that are added to the smallest output.
    public let outputPadding: Int

    /// A transposed convolution with He-normal weights and a bias of zero.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of y.
    ///   - kernel: Height and width of the window.
    ///   - stride: How many pixels of y come from one of x along each axis.
    ///   - padding: How many pixels are cut off on each side.
    ///   - outputPadding: Rows below and columns behind that are added, less than `stride`.
    ///   - hasBias: Whether b exists.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0, hasBias: Bool = true,
        random: inout RandomSource
    ) {
        geometry = Convolution2DGeometry(stride: stride, padding: padding)
        self.outputPadding = outputPadding
        weight = Parameter(
            Initialization.heNormal(
                shape: [kernel, kernel, outputs, inputs], fanOut: kernel * kernel * outputs, random: &random),
            layout: .convolution)
        bias = hasBias ? Parameter(Tensor(repeating: 0, shape: [outputs])) : nil
    }

    /// x `[n, h, w, inputs]` -> y `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        let y = convolution2DTransposed(x, weight.variable, geometry, outputPadding: HeightAndWidth(outputPadding))
        return bias.map { y + $0.variable } ?? y
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}

/// A convolution without bias, a batch normalization and, if wanted, an activation.
public struct ConvolutionBlock: Layer {
    /// The convolution.
    public var convolution: Convolution2D
    /// The normalization, with the activation in the same pass.
    public var normalization: BatchNormalization

    /// A block; the parameters are those of `Convolution2D` and `BatchNormalization`.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding: Convolution2D.Padding = .symmetric, activation: FusedActivation = .rectifiedLinear, epsilon: Double = 1e-5,
        momentum: Float = 0.1, random: inout RandomSource
    ) {
        convolution = Convolution2D(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation, groups: groups, padding: padding,
            random: &random)
        normalization = BatchNormalization(channels: outputs, activation: activation, epsilon: epsilon, momentum: momentum)
    }

    /// x `[n, h, w, inputs]` -> y `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        self(x, adding: nil, &context)
    }

    /// x `[n, h, w, inputs]` -> y `[n, h', w', outputs]`, with a residual that is added before the activation.
    ///
    /// - Parameters:
    ///   - x: The input.
    ///   - residual: Is added before the activation, of the shape of y.
    ///   - context: The mode; receives the batch statistics.
    public func callAsFunction(
        _ x: Variable<Float>, adding residual: Variable<Float>?, _ context: inout ForwardContext
    ) -> Variable<Float> {
        normalization(convolution(x), adding: residual, &context)
    }

    /// Visits `conv` and `bn`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&convolution, "conv")
        visitor.visit(&normalization, "bn")
    }
}

extension ParameterVisitor {
    /// Visits the two parts of a block as children of the current module, under names of its own.
    mutating func visit(_ block: inout ConvolutionBlock, convolution: String, normalization: String) {
        visit(&block.convolution, convolution)
        visit(&block.normalization, normalization)
    }

    /// Visits the two parts of an optional block.
    mutating func visit(_ block: inout ConvolutionBlock?, convolution: String, normalization: String) {
        if block != nil { visit(&block!, convolution: convolution, normalization: normalization) }
    }
}
