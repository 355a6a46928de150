public import DMAutograd
public import DMTensors

/// An affine map of the last axis: y = x W + b.
public struct Linear: Module {
    /// W, `[inputs, outputs]`.
    public var weight: Parameter
    /// b, `[outputs]`.
    public var bias: Parameter?

    /// A map with Glorot-uniform weights and a bias of zero.
    ///
    /// - Parameters:
    ///   - inputs: The extent of the last axis of x.
    ///   - outputs: The extent of the last axis of y.
    ///   - hasBias: Whether b exists.
    ///   - random: Where the weights are drawn from.
    public init(inputs: Int, outputs: Int, hasBias: Bool = true, random: inout RandomSource) {
        weight = Parameter(
            Initialization.glorotUniform(shape: [inputs, outputs], fanIn: inputs, fanOut: outputs, random: &random),
            layout: .linear)
        bias = hasBias ? Parameter(Tensor(repeating: 0, shape: [outputs])) : nil
    }

    /// x `[..., inputs]` -> y `[..., outputs]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        let (inputs, outputs) = (weight.shape[0], weight.shape[1])
        require(x.shape.last == inputs, "Linear expects \(inputs) inputs on the last axis, not the shape \(x.shape)")
        if let bias { return linear(x, weight: weight.variable, bias: bias.variable) }
        return matmul(x.reshaped(to: [-1, inputs]), weight.variable).reshaped(to: x.shape.dropLast() + [outputs])
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}
