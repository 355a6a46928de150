public import DMAutograd
public import DMTensors

/// An affine map of the last axis: y = x W + b.
public struct Linear: ContextFreeLayer {
    /// W, `[inputs, outputs]`.
    public var weight: Parameter
    /// b, `[outputs]`.
    public var bias: Parameter?

    /// A map with Glorot-uniform weights (Xavier initialization) and a bias of zero.
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
        checkShape(x.shape.last == inputs, "Linear expects \(inputs) inputs on the last axis, not the shape \(x.shape)")
        if let bias { return affineMap(x, weight: weight.variable, bias: bias.variable) }
        return matrixProduct(x.reshaped(to: [-1, inputs]), weight.variable).reshaped(to: x.shape.dropLast() + [outputs])
    }

    /// Sets the weights to zero: a residual branch that ends in this map starts as nothing.
    ///
    /// Source: Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 5.1.
    public mutating func zeroInitializeWeight() { weight.value = Tensor(repeating: 0, shape: weight.shape) }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}

/// Two linear maps with a GELU between them, token by token: the multilayer perceptron of a transformer.
///
/// y = W2 gelu(W1 x + b1) + b2
public struct FeedForward: ContextFreeLayer {
    /// The maps to the hidden features and from there to the output.
    public var first, second: Linear

    /// A network with weights that are drawn as those of ``Linear``.
    ///
    /// - Parameters:
    ///   - inputs: Features of x.
    ///   - hidden: Features between the two maps.
    ///   - outputs: Features of y.
    ///   - random: Where the weights are drawn from.
    public init(inputs: Int, hidden: Int, outputs: Int, random: inout RandomSource) {
        first = Linear(inputs: inputs, outputs: hidden, random: &random)
        second = Linear(inputs: hidden, outputs: outputs, random: &random)
    }

    /// x `[..., inputs]` -> y `[..., outputs]`.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { self(x, addingInput: false) }

    /// x `[..., inputs]` -> y `[..., outputs]`, or x + y.
    public func callAsFunction(_ x: Variable<Float>, addingInput: Bool) -> Variable<Float> {
        guard let firstBias = first.bias, let secondBias = second.bias else {
            let y = second(first(x).gelu())
            return addingInput ? x + y : y
        }
        return feedForward(
            x, first: (first.weight.variable, firstBias.variable), second: (second.weight.variable, secondBias.variable),
            addingInput: addingInput)
    }

    /// Visits `linear1` and `linear2`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&first, "linear1")
        visitor.visit(&second, "linear2")
    }
}

/// The distributions that weights are drawn from at first.
package enum Initialization {
    /// Normal with variance 2 / fanOut, which keeps the gradient's variance through ReLU layers
    /// (He et al., *Delving Deep into Rectifiers*, ICCV 2015).
    package static func heNormal(shape: [Int], fanOut: Int, random: inout RandomSource) -> Tensor<Float> {
        Float((2 / Double(max(1, fanOut))).squareRoot()) * random.normal(shape: shape)
    }

    /// Uniform with variance 2 / (fanIn + fanOut)
    /// (Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010).
    package static func glorotUniform(shape: [Int], fanIn: Int, fanOut: Int, random: inout RandomSource) -> Tensor<Float> {
        let bound = Float((6 / Double(max(1, fanIn + fanOut))).squareRoot())
        return random.uniform(shape: shape, in: -bound..<bound)
    }
}
