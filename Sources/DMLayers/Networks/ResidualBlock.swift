public import DMAutograd
public import DMTensors

/// Two 3x3 convolutions beside a shortcut: relu(x + f(x)).
///
/// Source: He et al., *Deep Residual Learning for Image Recognition*, CVPR 2016 (the basic block).
public struct ResidualBlock: Module {
    /// The two convolutions.
    public var first, second: ConvolutionBlock
    /// Matches the shortcut to another size or number of channels.
    public var shortcut: ConvolutionBlock?

    /// A block.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of the result.
    ///   - stride: Of the first convolution.
    ///   - dilation: Of both convolutions.
    ///   - random: Where the weights are drawn from.
    public init(inputs: Int, outputs: Int, stride: Int = 1, dilation: Int = 1, random: inout RandomSource) {
        first = ConvolutionBlock(
            inputs: inputs, outputs: outputs, kernel: 3, stride: stride, dilation: dilation, random: &random)
        second = ConvolutionBlock(
            inputs: outputs, outputs: outputs, kernel: 3, dilation: dilation, random: &random)
        if stride != 1 || inputs != outputs {
            shortcut = ConvolutionBlock(
                inputs: inputs, outputs: outputs, kernel: 1, stride: stride, isRectified: false, random: &random)
        }
    }

    /// x `[n, h, w, inputs]` -> `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let change = first(x, &context)
        let kept = shortcut?(x, &context) ?? x
        return second(change, adding: kept, &context)
    }

    /// Visits `block1`, `block2` and `downsample`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&first, "block1")
        visitor.visit(&second, "block2")
        visitor.visit(&shortcut, "downsample")
    }
}
