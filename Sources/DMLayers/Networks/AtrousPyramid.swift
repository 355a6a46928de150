public import DMAutograd
public import DMTensors

/// Atrous spatial pyramid pooling: views of several widths side by side, then one projection.
///
/// Source: Chen et al., *Encoder-Decoder with Atrous Separable Convolution* (DeepLabv3+), ECCV 2018.
public struct ASPP: Module {
    /// A 1x1 convolution and one dilated 3x3 convolution for each rate.
    public var branches: [ConvolutionBlock]
    /// The view of the whole image.
    public var pooling: ConvolutionBlock
    /// Joins all views.
    public var projection: ConvolutionBlock

    /// A pyramid.
    ///
    /// - Parameters:
    ///   - inputs: Channels of x.
    ///   - outputs: Channels of each view and of the result.
    ///   - rates: The dilations of the 3x3 convolutions.
    ///   - random: Where the weights are drawn from.
    public init(inputs: Int, outputs: Int, rates: [Int], random: inout RandomSource) {
        branches = [ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 1, random: &random)]
        for rate in rates {
            branches.append(ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 3, dilation: rate, random: &random))
        }
        pooling = ConvolutionBlock(inputs: inputs, outputs: outputs, kernel: 1, random: &random)
        projection = ConvolutionBlock(inputs: (rates.count + 2) * outputs, outputs: outputs, kernel: 1, random: &random)
    }

    /// x `[n, h, w, inputs]` -> `[n, h, w, outputs]`.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        var views = branches.map { $0(x, &context) }
        let whole = pooling(x.mean(along: [1, 2], keepingAxes: true), &context)
        views.append(whole.broadcast(to: Array(views[0].shape)))
        return projection(concatenated(views, along: 3), &context)
    }

    /// Visits the branches, the pooling and the projection.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&branches, "branches")
        visitor.visit(&pooling, "pooling")
        visitor.visit(&projection, "project")
    }
}
