public import DMAutograd
public import DMTensors

/// Two linear maps with a GELU between them, token by token.
public struct FeedForward: Module {
    /// The maps to the hidden features and back.
    public var first, second: Linear

    /// A network from `inputs` over `hidden` to `outputs` features.
    public init(inputs: Int, hidden: Int, outputs: Int, random: inout RandomSource) {
        first = Linear(inputs: inputs, outputs: hidden, random: &random)
        second = Linear(inputs: hidden, outputs: outputs, random: &random)
    }

    /// x `[..., inputs]` -> `[..., outputs]`, to which x is added if wanted.
    public func callAsFunction(_ x: Variable<Float>, addingInput: Bool = false) -> Variable<Float> {
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
