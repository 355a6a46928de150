import DMTensors

/// The value of `body`, worked out again when backward passes: between the two nothing is kept but the operands.
///
/// Memory for time: the inner values of `body` live once while it is worked out and once while its
/// gradients are, in place of all the time between. Chen et al., *Training Deep Nets with Sublinear
/// Memory Cost*, 2016.
///
/// ```swift
/// var nothing: Void = ()
/// let y = recomputed([x, weight], state: &nothing) { operands, _ in matmul(operands[0], operands[1]).exp() }
/// ```
///
/// - Parameters:
///   - operands: All variables that gradients flow to; a variable that `body` captures is none of them and
///     stays alive with the record.
///   - state: What `body` changes besides, such as a random source. It is changed once; the second
///     working out begins with what it was before, and so draws the same numbers.
///   - body: Is handed one variable for each operand, and gives the same value for the same operands and state.
/// - Returns: The value of `body`, of any shape.
public func recomputed<Scalar, State: Sendable>(
    _ operands: [Variable<Scalar>], state: inout State,
    _ body: @escaping @Sendable ([Variable<Scalar>], inout State) -> Variable<Scalar>
) -> Variable<Scalar> {
    let before = state
    return .apply(.recompute, operands) { tensors, isWanted in
        let value = body(tensors.map { Variable($0) }, &state).value
        return (
            value,
            { gradient in
                var state = before
                let leaves = zip(tensors, isWanted).map { $1 ? Variable.tracked($0) : Variable($0) }
                let result = body(leaves, &state)
                require(
                    result.shape == gradient.shape,
                    "recomputed: the shape is \(result.shape) where it was \(gradient.shape) the first time")
                let gradients = Gradients(of: consume result, contractedWith: gradient)
                return zip(leaves, isWanted).map { leaf, isWanted in
                    isWanted ? gradients[leaf] ?? Tensor(repeating: 0, shape: leaf.shape) : nil
                }
            }
        )
    }
}
