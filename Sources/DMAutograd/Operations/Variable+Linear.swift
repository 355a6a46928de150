import DMTensors

/// An affine map of each row: y = x W + b.
///
/// With `Y = X W + b` the gradients are `∂X = ∂Y Wᵀ`, `∂W = Xᵀ ∂Y` and `∂b`, the sum of the rows of `∂Y`.
///
/// - Parameters:
///   - x: Rows `[..., inputs]`.
///   - weight: W, `[inputs, outputs]`.
///   - bias: b, `[outputs]`.
/// - Returns: `[..., outputs]`.
public func linear<Scalar>(
    _ x: Variable<Scalar>, weight: Variable<Scalar>, bias: Variable<Scalar>
) -> Variable<Scalar> {
    .apply(.linear, [x, weight, bias]) { operands, isWanted in
        let (x, weight) = (operands[0], operands[1])
        return (
            linear(x, weight: weight, bias: operands[2]),
            { gradient in
                let parameters = isWanted[1] || isWanted[2] ? linearParameterGradients(of: gradient, x: x) : nil
                return [isWanted[0] ? linearInputGradient(of: gradient, weight: weight) : nil, parameters?.weight, parameters?.bias]
            }
        )
    }
}

/// Two affine maps of each row with a GELU between them: y = gelu(x A + a) B + b, plus x if wanted.
///
/// Nothing that lies between the maps is kept for the gradient: it is computed again, in the cache.
///
/// - Parameters:
///   - x: Rows `[..., inputs]`.
///   - first: A, `[inputs, hidden]`, and a, `[hidden]`.
///   - second: B, `[hidden, outputs]`, and b, `[outputs]`.
///   - addingInput: Whether x is added.
/// - Returns: `[..., outputs]`.
/// - Precondition: x is added only where there are as many outputs as inputs.
public func feedForward<Scalar>(
    _ x: Variable<Scalar>, first: (weight: Variable<Scalar>, bias: Variable<Scalar>),
    second: (weight: Variable<Scalar>, bias: Variable<Scalar>), addingInput: Bool = false
) -> Variable<Scalar> {
    .apply(.feedForward, [x, first.weight, first.bias, second.weight, second.bias]) { operands, _ in
        let x = operands[0]
        let weights = FeedForwardWeights(first: operands[1], firstBias: operands[2], second: operands[3], secondBias: operands[4])
        return (
            feedForward(x, weights, addingInput: addingInput),
            { gradient in
                let (dx, gradients) = feedForwardGradients(of: gradient, x: x, weights, addingInput: addingInput)
                return [dx, gradients.first, gradients.firstBias, gradients.second, gradients.secondBias]
            }
        )
    }
}
