public import DMAutograd
public import DMTensors

extension Module {
    /// What `body` makes of this module and its inputs, computed again in the backward pass: activation checkpointing
    /// (also called gradient checkpointing).
    ///
    /// Nothing that lies between the inputs and the result is kept. Gradients flow to the inputs and to the module's
    /// parameters; batch statistics are reported once, and dropout draws the same numbers both times.
    ///
    /// ```swift
    /// var random = RandomSource(seed: 1)
    /// let block = ResidualBlock(inputs: 8, outputs: 8, random: &random)
    /// let x = Variable(random.normal(shape: [2, 16, 16, 8]) as Tensor<Float>)
    /// var context = ForwardContext.training(random: random.split(0))
    /// let y = block.checkpointed([x], &context) { block, inputs, context in block(inputs[0], &context) }
    /// print(y.shape)     // [2, 16, 16, 8]
    /// ```
    ///
    /// Source: Chen et al., *Training Deep Nets with Sublinear Memory Cost*, 2016.
    ///
    /// - Parameters:
    ///   - inputs: All tracked variables that `body` needs besides the parameters.
    ///   - state: What `body` changes, a `ForwardContext` as a rule.
    ///   - body: The computation; it captures no tracked variable.
    public func checkpointed<State: Sendable>(
        _ inputs: [Variable<Float>], _ state: inout State,
        _ body: @escaping @Sendable (Self, [Variable<Float>], inout State) -> Variable<Float>
    ) -> Variable<Float> {
        var bare = self
        var taken = VariablesTaken()
        bare.visitParameters(&taken)
        // Not the inputs themselves, which would stay alive with the record.
        let inputCount = inputs.count
        return DMAutograd.recomputed(inputs + taken.variables, state: &state) { [bare] operands, state in
            var module = bare
            var given = VariablesGiven(variables: operands.dropFirst(inputCount))
            module.visitParameters(&given)
            return body(module, Array(operands.prefix(inputCount)), &state)
        }
    }
}

/// Takes the variables of all parameters out, in the order of visiting, and leaves constants.
private struct VariablesTaken: ParameterVisitor {
    var path: [String] = []
    var variables: [Variable<Float>] = []

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        variables.append(parameter.variable)
        parameter.replace(with: parameter.variable.constant)
    }
}

/// Puts variables in the place of all parameters, in the order of visiting.
private struct VariablesGiven: ParameterVisitor {
    var path: [String] = []
    var variables: ArraySlice<Variable<Float>>

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        if let variable = variables.popFirst() { parameter.replace(with: variable) }
    }
}
