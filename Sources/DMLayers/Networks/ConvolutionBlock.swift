public import DMAutograd
public import DMTensors

/// A convolution without bias, batch normalization and, if wanted, an activation.
public struct ConvolutionBlock: Module {
    /// The convolution.
    public var convolution: Convolution2D
    /// The normalization, with the activation in the same pass.
    public var normalization: BatchNormalization

    /// A block; the parameters are those of `Convolution2D` and `BatchNormalization`.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        padding: Convolution2D.Padding = .symmetric, activation: FusedActivation = .relu, epsilon: Double = 1e-5,
        momentum: Float = 0.1, random: inout RandomSource
    ) {
        convolution = Convolution2D(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation, groups: groups, padding: padding,
            random: &random)
        normalization = BatchNormalization(channels: outputs, activation: activation, epsilon: epsilon, momentum: momentum)
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

extension ParameterVisitor {
    /// Visits the two parts of a block as children of the current module, under names of its own.
    mutating func visit(_ block: inout ConvolutionBlock, convolution: String, normalization: String) {
        visit(&block.convolution, convolution)
        visit(&block.normalization, normalization)
    }

    /// Visits the two parts of a block that the current module may be without.
    mutating func visit(_ block: inout ConvolutionBlock?, convolution: String, normalization: String) {
        guard var present = block else { return }
        block = nil
        visit(&present, convolution: convolution, normalization: normalization)
        block = present
    }
}
