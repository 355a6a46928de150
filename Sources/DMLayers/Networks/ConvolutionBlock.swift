public import DMAutograd
public import DMTensors

/// A convolution without bias, batch normalisation and, if wanted, ReLU.
public struct ConvolutionBlock: Module {
    /// The convolution.
    public var convolution: Convolution2D
    /// The normalisation, with ReLU if wanted.
    public var normalization: BatchNormalization

    /// A block; the parameters are those of `Convolution2D`.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        isRectified: Bool = true, random: inout RandomSource
    ) {
        convolution = Convolution2D(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation, groups: groups, random: &random)
        normalization = BatchNormalization(channels: outputs, activation: isRectified ? .rectifiedLinear : .identity)
    }

    /// x `[n, h, w, inputs]` -> `[n, h', w', outputs]`.
    ///
    /// - Parameter residual: Is added before the activation, of the shape of the result.
    public func callAsFunction(
        _ x: Variable<Float>, adding residual: Variable<Float>? = nil, _ context: inout ForwardContext
    ) -> Variable<Float> {
        normalization(convolution(x), adding: residual, &context)
    }

    /// Visits `conv` and `bn`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&convolution, "conv")
        visitor.visit(&normalization, "bn")
    }
}
