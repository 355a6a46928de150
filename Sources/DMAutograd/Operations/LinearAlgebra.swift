import DMTensors

/// The product of two matrices, or of two batches of them (matmul).
///
/// With `Z = X · Y` the gradients are `∂X = ∂Z · Yᵀ` and `∂Y = Xᵀ · ∂Z`; none of the transposes is
/// written to memory.
///
/// - Parameters:
///   - x: `[..., m, k]`, or `[..., k, m]` if it is transposed.
///   - y: `[..., k, n]`, or `[..., n, k]` if it is transposed, with the same leading axes.
///   - transposingFirst: Whether the matrices of `x` are transposed first.
///   - transposingSecond: Whether the matrices of `y` are transposed first.
/// - Returns: `[..., m, n]`.
public func matrixProduct<Scalar>(
    _ x: Variable<Scalar>, _ y: Variable<Scalar>, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Variable<Scalar> {
    .apply(.matrixProduct, x, y) { x, y in
        (
            matrixProduct(x, y, transposingFirst: transposingFirst, transposingSecond: transposingSecond),
            {
                transposingFirst
                    ? matrixProduct(y, $0, transposingFirst: transposingSecond, transposingSecond: true)
                    : matrixProduct($0, y, transposingSecond: !transposingSecond)
            },
            {
                transposingSecond
                    ? matrixProduct($0, x, transposingFirst: true, transposingSecond: transposingFirst)
                    : matrixProduct(x, $0, transposingFirst: !transposingFirst)
            }
        )
    }
}

/// An affine map of each row, y = x W + b: a linear (fully connected) layer.
///
/// With `Y = X W + b` the gradients are `∂X = ∂Y Wᵀ`, `∂W = Xᵀ ∂Y` and `∂b`, the sum of the rows of `∂Y`.
///
/// - Parameters:
///   - x: Rows `[..., inputs]`.
///   - weight: W, `[inputs, outputs]`.
///   - bias: b, `[outputs]`.
/// - Returns: `[..., outputs]`.
public func affineMap<Scalar>(
    _ x: Variable<Scalar>, weight: Variable<Scalar>, bias: Variable<Scalar>
) -> Variable<Scalar> {
    .apply(.affineMap, [x, weight, bias]) { operands, isWanted in
        let (x, weight) = (operands[0], operands[1])
        return (
            affineMap(x, weight: weight, bias: operands[2]),
            { gradient in
                let parameters = isWanted[1] || isWanted[2] ? affineMapParameterGradients(of: gradient, x: x) : nil
                return [isWanted[0] ? affineMapInputGradient(of: gradient, weight: weight) : nil, parameters?.weight, parameters?.bias]
            }
        )
    }
}

/// The feed-forward block of a transformer: y = gelu(x A + a) B + b, plus x if wanted.
///
/// The hidden activations are not kept for the backward pass but computed again, block by block in the processor's cache.
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

extension Variable: ContractionOperand {
    package func multiplied(by other: Variable) -> Variable { matrixProduct(self, other) }
}

/// A sum of products over labeled axes (einsum), differentiable in all operands.
///
/// z[result labels] = Σ Π_i x_i[labels of i], summed over all labels that the result lacks.
///
/// - Parameters:
///   - operands: Variables, each with one label for each axis. A label that one of them has twice takes its diagonal.
///   - result: The labels of the result, each once, each a label of an operand.
/// - Precondition: Axes of one label have one extent.
public func einsteinSum<Scalar>(_ operands: [(Variable<Scalar>, labels: [Int])], to result: [Int]) -> Variable<Scalar> {
    contracted(operands.map { ($0.0, $0.labels) }, to: result)
}
