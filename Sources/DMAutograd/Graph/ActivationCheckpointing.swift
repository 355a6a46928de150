import DMTensors

/// The value of `body`, whose intermediate values are not kept for the backward pass but computed again during it:
/// activation checkpointing (gradient checkpointing).
///
/// Memory for time: the intermediate values of `body` exist once while the value is computed and once while its
/// gradients are, but not in between; only the operands are kept. Chen et al., *Training Deep Nets with Sublinear
/// Memory Cost*, 2016.
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// let x = Variable<Float>.tracked(Tensor([0.5, -1]))
/// let gate = Variable<Float>.tracked(Tensor([2, 3]))
/// var random = RandomSource(seed: 1)
/// let y = checkpointed([x, gate], state: &random) { operands, random in
///     let noise: Tensor<Float> = random.normal(shape: [2])
///     return (operands[0] * operands[1]).tanh() * Variable(noise)
/// }
/// print(Gradients(of: y.sum())[x]?.shape ?? [])      // [2]
/// ```
///
/// - Parameters:
///   - operands: All variables that gradients flow to. A variable that `body` captures gets no gradient and stays
///     alive with the graph.
///   - state: What `body` changes besides, such as a random source. It is changed once; the second
///     computation begins with what it was before, and so draws the same numbers.
///   - body: Is handed one variable for each operand, and gives the same value for the same operands and state.
/// - Returns: The value of `body`, of any shape.
public func checkpointed<Scalar, State: Sendable>(
    _ operands: [Variable<Scalar>], state: inout State,
    _ body: @escaping @Sendable ([Variable<Scalar>], inout State) -> Variable<Scalar>
) -> Variable<Scalar> {
    let before = state
    return .apply(.checkpoint, operands) { tensors, isWanted in
        let value = body(tensors.map { Variable($0) }, &state).value
        return (
            value,
            { gradient in
                var state = before
                let leaves = zip(tensors, isWanted).map { $1 ? Variable.tracked($0) : Variable($0) }
                let result = body(leaves, &state)
                checkShape(
                    result.shape == gradient.shape,
                    "checkpointed: the shape is \(result.shape) where it was \(gradient.shape) the first time")
                let gradients = Gradients(of: consume result, contractedWith: gradient)
                return zip(leaves, isWanted).map { leaf, isWanted in
                    isWanted ? gradients[leaf] ?? Tensor(repeating: 0, shape: leaf.shape) : nil
                }
            }
        )
    }
}
