public import DMTensors

/// A rule of differentiation stands beside its forward: one closure that is handed *tensors* and
/// returns the value and its pullbacks. Handing it variables would keep the graph alive through
/// every pullback.
extension Variable {
    /// The gradient of an operand, given the gradient of the result.
    public typealias Pullback = @Sendable (Tensor<Scalar>) -> Tensor<Scalar>

    /// The result of an operation on `x`.
    ///
    /// ```swift
    /// .apply(.exponential, x) { x in let y = x.exp(); return (y, { $0 * y }) }
    /// ```
    package static func apply(
        _ operation: Operation, _ x: Variable, rule: (Tensor<Scalar>) -> (Tensor<Scalar>, Pullback)
    ) -> Variable {
        let (value, pullback) = rule(x.value)
        return Variable(value: value, node: x.node.map { Node(operation: operation, parents: [$0], pullback: { [pullback($0)] }) })
    }

    /// The result of an operation on `x` and `y`; a pullback runs only if its operand is tracked.
    package static func apply(
        _ operation: Operation, _ x: Variable, _ y: Variable,
        rule: (Tensor<Scalar>, Tensor<Scalar>) -> (Tensor<Scalar>, Pullback, Pullback)
    ) -> Variable {
        let (value, dx, dy) = rule(x.value, y.value)
        let node: Node<Scalar>? =
            switch (x.node, y.node) {
            case (nil, nil): nil
            case (let x?, nil): Node(operation: operation, parents: [x], pullback: { [dx($0)] })
            case (nil, let y?): Node(operation: operation, parents: [y], pullback: { [dy($0)] })
            case (let x?, let y?): Node(operation: operation, parents: [x, y], pullback: { [dx($0), dy($0)] })
            }
        return Variable(value: value, node: node)
    }

    /// The result of an operation on several operands whose gradients are worked out together.
    ///
    /// - Parameter rule: Is handed the operands' tensors and, for each, whether its gradient is
    ///   wanted; its pullback returns one gradient for each operand, `nil` where none is wanted.
    package static func apply(
        _ operation: Operation, _ operands: [Variable],
        rule: ([Tensor<Scalar>], [Bool]) -> (Tensor<Scalar>, @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>?])
    ) -> Variable {
        let isWanted = operands.map(\.isTracked)
        let (value, pullback) = rule(operands.map(\.value), isWanted)
        let parents = operands.compactMap(\.node)
        guard !parents.isEmpty else { return Variable(value) }
        let node = Node(operation: operation, parents: parents) { gradient in
            zip(pullback(gradient), isWanted).compactMap { $1 ? $0 : nil }
        }
        return Variable(value: value, node: node)
    }
}
