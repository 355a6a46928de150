public import DMAutograd
public import DMTensors

/// A depthwise convolution between two 1x1 convolutions, with a shortcut where input and output are alike.
///
/// The first 1x1 convolution multiplies the channels, the last one has no activation behind it. Paddings
/// are TensorFlow's SAME and the normalizations have its epsilon of 1e-3 and momentum of 0.99, as
/// EfficientNet-Lite was trained with.
///
/// Source: Sandler et al., *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, CVPR 2018.
public struct InvertedResidualBlock: Module {
    /// Multiplies the channels; absent where their number stays.
    public var expansion: ConvolutionBlock?
    /// Looks at each channel by itself.
    public var depthwise: ConvolutionBlock
    /// Joins the channels.
    public var projection: ConvolutionBlock
    /// Whether the input is added to the result.
    public let hasShortcut: Bool

    /// A block.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of the result.
    ///   - expansion: How many times more channels there are inside.
    ///   - kernel: Height and width of the depthwise window.
    ///   - stride: Of the depthwise convolution.
    ///   - dilation: Of the depthwise convolution.
    ///   - random: Where the weights are drawn from.
    public init(
        inputs: Int, outputs: Int, expansion: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, random: inout RandomSource
    ) {
        let inside = expansion * inputs
        if expansion != 1 { self.expansion = .lite(inputs: inputs, outputs: inside, kernel: 1, random: &random) }
        depthwise = .lite(
            inputs: inside, outputs: inside, kernel: kernel, stride: stride, dilation: dilation, groups: inside, random: &random)
        projection = .lite(inputs: inside, outputs: outputs, kernel: 1, activation: .identity, random: &random)
        hasShortcut = stride == 1 && inputs == outputs
    }

    /// x `[n, h, w, inputs]` -> `[n, ceil(h / stride), ceil(w / stride), outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let inside = depthwise(expansion?(x, &context) ?? x, &context)
        let change = projection(inside, &context)
        return hasShortcut ? x + change : change
    }

    /// Visits the convolutions in order, named as in timm.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        if expansion == nil {
            visitor.visit(&depthwise, convolution: "conv_dw", normalization: "bn1")
            visitor.visit(&projection, convolution: "conv_pw", normalization: "bn2")
        } else {
            visitor.visit(&expansion, convolution: "conv_pw", normalization: "bn1")
            visitor.visit(&depthwise, convolution: "conv_dw", normalization: "bn2")
            visitor.visit(&projection, convolution: "conv_pwl", normalization: "bn3")
        }
    }
}

extension ConvolutionBlock {
    /// A block as EfficientNet-Lite has them.
    static func lite(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
        activation: FusedActivation = .relu6, random: inout RandomSource
    ) -> ConvolutionBlock {
        ConvolutionBlock(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation, groups: groups, padding: .same,
            activation: activation, epsilon: 1e-3, momentum: 0.01, random: &random)
    }
}
