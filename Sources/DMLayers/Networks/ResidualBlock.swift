public import DMAutograd
public import DMTensors

/// Convolutions beside a shortcut: relu(x + f(x)).
///
/// Source: He et al., *Deep Residual Learning for Image Recognition*, CVPR 2016. The bottleneck's stride
/// lies on its 3x3 convolution, as in torchvision's networks.
public struct ResidualBlock: Module {
    /// What f is made of.
    public enum Kind: Sendable {
        /// Two 3x3 convolutions.
        case basic
        /// A 1x1 convolution to a quarter of the channels, a 3x3 one there, and a 1x1 one back.
        case bottleneck
    }

    /// How the parameters are called.
    public enum Naming: Sendable {
        /// `block1.conv`, `block1.bn`, ..., `downsample.conv`, `downsample.bn`.
        case blocks
        /// `conv1`, `bn1`, ..., `downsample.0`, `downsample.1`, as in torchvision's networks.
        case torchvision
    }

    /// The first two convolutions.
    public var first, second: ConvolutionBlock
    /// The bottleneck's last convolution.
    public var third: ConvolutionBlock?
    /// Matches the shortcut to another size or number of channels.
    public var shortcut: ConvolutionBlock?
    private let naming: Naming

    /// A block.
    ///
    /// - Parameters:
    ///   - kind: What f is made of.
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of the result, a multiple of 4 for a bottleneck.
    ///   - stride: Of the first 3x3 convolution.
    ///   - dilation: Of the 3x3 convolutions.
    ///   - firstDilation: Of the first 3x3 convolution if it differs: a block that begins a dilated stage
    ///     still sees undilated features.
    ///   - naming: How the parameters are called.
    ///   - random: Where the weights are drawn from.
    public init(
        _ kind: Kind = .basic, inputs: Int, outputs: Int, stride: Int = 1, dilation: Int = 1, firstDilation: Int? = nil,
        naming: Naming = .blocks, random: inout RandomSource
    ) {
        let firstDilation = firstDilation ?? dilation
        switch kind {
        case .basic:
            first = ConvolutionBlock(
                inputs: inputs, outputs: outputs, kernel: 3, stride: stride, dilation: firstDilation, random: &random)
            second = ConvolutionBlock(inputs: outputs, outputs: outputs, kernel: 3, dilation: dilation, random: &random)
        case .bottleneck:
            require(outputs % 4 == 0, "a bottleneck has a quarter of its \(outputs) outputs inside")
            first = ConvolutionBlock(inputs: inputs, outputs: outputs / 4, kernel: 1, random: &random)
            second = ConvolutionBlock(
                inputs: outputs / 4, outputs: outputs / 4, kernel: 3, stride: stride, dilation: firstDilation, random: &random)
            third = ConvolutionBlock(inputs: outputs / 4, outputs: outputs, kernel: 1, random: &random)
        }
        if stride != 1 || inputs != outputs {
            shortcut = ConvolutionBlock(
                inputs: inputs, outputs: outputs, kernel: 1, stride: stride, activation: .identity, random: &random)
        }
        self.naming = naming
    }

    /// x `[n, h, w, inputs]` -> `[n, h', w', outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        let kept = shortcut?(x, &context) ?? x
        let inner = first(x, &context)
        // The last convolution's normalization adds x and rectifies in the same pass.
        guard let third else { return second(inner, adding: kept, &context) }
        return third(second(inner, &context), adding: kept, &context)
    }

    /// Visits the convolutions in order, then the shortcut.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch naming {
        case .blocks:
            visitor.visit(&first, "block1")
            visitor.visit(&second, "block2")
            visitor.visit(&third, "block3")
            visitor.visit(&shortcut, "downsample")
        case .torchvision:
            visitor.visit(&first, convolution: "conv1", normalization: "bn1")
            visitor.visit(&second, convolution: "conv2", normalization: "bn2")
            visitor.visit(&third, convolution: "conv3", normalization: "bn3")
            visitor.visit(&shortcut, convolution: "downsample.0", normalization: "downsample.1")
        }
    }
}
