public import DMTensors

// A rule of differentiation stands beside its forward: one closure that is handed *tensors* and returns the value and
// its pullbacks. Handing it variables would keep the graph alive through every pullback.

/// Operations of a user's own.
///
/// An operation is one closure, its rule: from the operands' tensors it computes the value and returns it together with
/// one *pullback* for each operand (the backward function, or vector-Jacobian product): given the gradient of the
/// result, the gradient of that operand.
///
/// ```swift
/// import DMAutograd
/// import DMTensors
///
/// extension Variable {
///     /// The sigmoid linear unit, x σ(x), with a backward that passes over memory once.
///     func silu() -> Variable {
///         .custom("SiLU", self) { x in
///             let gate = x.sigmoid()
///             return (
///                 x * gate,
///                 { dy in
///                     Tensor(shape: x.shape) { dx in
///                         dy.withUnsafeElements { dy in
///                             x.withUnsafeElements { x in
///                                 gate.withUnsafeElements { gate in
///                                     for i in dx.indices { dx[i] = dy[i] * gate[i] * (1 + x[i] * (1 - gate[i])) }
///                                 }
///                             }
///                         }
///                     }
///                 }
///             )
///         }
///     }
/// }
///
/// // The rule is checked against central differences, as those of the library are.
/// try GradientCheck().verify(at: [Tensor([-3, -0.5, 0, 2])]) { $0[0].silu() }
/// ```
///
/// A rule sees tensors, not variables: what it computes is not recorded. A pullback that captured a variable would keep
/// that variable's whole graph in memory.
extension Variable {
    /// The gradient of an operand, given the gradient of the result.
    public typealias Pullback = @Sendable (Tensor<Scalar>) -> Tensor<Scalar>

    /// The result of a user's operation on one variable.
    ///
    /// - Parameters:
    ///   - name: What messages call the operation.
    ///   - x: The operand, of any shape.
    ///   - rule: The value, of any shape, and the pullback to `x`.
    /// - Precondition: The pullback returns a gradient of the shape of `x`.
    public static func custom(
        _ name: String, _ x: Variable, rule: (Tensor<Scalar>) -> (Tensor<Scalar>, Pullback)
    ) -> Variable {
        custom(name, operands: [x]) { operands, _ in
            let (value, dx) = rule(operands[0])
            return (value, { [dx($0)] })
        }
    }

    /// The result of a user's operation on two variables.
    ///
    /// - Parameters:
    ///   - name: What messages call the operation.
    ///   - x: The first operand, of any shape.
    ///   - y: The second operand, of any shape.
    ///   - rule: The value, of any shape, and the pullbacks to `x` and to `y`; a pullback runs only if its operand is
    ///     tracked.
    /// - Precondition: Each pullback returns a gradient of its operand's shape.
    public static func custom(
        _ name: String, _ x: Variable, _ y: Variable,
        rule: (Tensor<Scalar>, Tensor<Scalar>) -> (Tensor<Scalar>, Pullback, Pullback)
    ) -> Variable {
        custom(name, operands: [x, y]) { operands, isTracked in
            let (value, dx, dy) = rule(operands[0], operands[1])
            return (value, { [isTracked[0] ? dx($0) : nil, isTracked[1] ? dy($0) : nil] })
        }
    }

    /// The result of a user's operation on any number of variables, whose gradients are computed together.
    ///
    /// - Parameters:
    ///   - name: What messages call the operation.
    ///   - operands: Variables of any shapes.
    ///   - rule: Is handed the operands' tensors and, for each, whether it is tracked. Returns the value, of any shape,
    ///     and one pullback that returns a gradient for each operand; those of operands that are not tracked may be nil.
    /// - Precondition: Each gradient has its operand's shape.
    public static func custom(
        _ name: String, operands: [Variable],
        rule: ([Tensor<Scalar>], [Bool]) -> (Tensor<Scalar>, @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>?])
    ) -> Variable {
        let shapes = operands.map(\.shape)
        return .apply(.custom(name), operands) { tensors, isTracked in
            let (value, pullback) = rule(tensors, isTracked)
            return (
                value,
                { gradient in
                    let gradients = pullback(gradient)
                    checkShape(
                        gradients.count == shapes.count,
                        "the pullback of '\(name)' returns \(gradients.count) gradients for \(shapes.count) operands")
                    for (position, shape) in shapes.enumerated() where isTracked[position] {
                        checkShape(
                            gradients[position]?.shape == shape,
                            "the pullback of '\(name)' returns \(gradients[position].map { "a gradient of shape \($0.shape)" } ?? "no gradient")"
                                + " for operand \(position) of shape \(shape)")
                    }
                    return gradients
                }
            )
        }
    }
}

/// The library's own operations, by their members of ``Operation``.
extension Variable {
    /// The result of an operation on `x`.
    ///
    /// As in `.apply(.exponential, x) { x in let y = x.exp(); return (y, { $0 * y }) }`.
    package static func apply(
        _ operation: Operation, _ x: Variable, rule: (Tensor<Scalar>) -> (Tensor<Scalar>, Pullback)
    ) -> Variable {
        let (value, pullback) = rule(x.value)
        return Variable(
            value: value, node: x.node.map { Node(origin: .operation(operation), parents: [$0], pullback: { [pullback($0)] }) })
    }

    /// The result of an operation on `x` and `y`; a pullback runs only if its operand is tracked.
    package static func apply(
        _ operation: Operation, _ x: Variable, _ y: Variable,
        rule: (Tensor<Scalar>, Tensor<Scalar>) -> (Tensor<Scalar>, Pullback, Pullback)
    ) -> Variable {
        let (value, dx, dy) = rule(x.value, y.value)
        let origin = NodeOrigin.operation(operation)
        let node: Node<Scalar>? =
            switch (x.node, y.node) {
            case (nil, nil): nil
            case (let x?, nil): Node(origin: origin, parents: [x], pullback: { [dx($0)] })
            case (nil, let y?): Node(origin: origin, parents: [y], pullback: { [dy($0)] })
            case (let x?, let y?): Node(origin: origin, parents: [x, y], pullback: { [dx($0), dy($0)] })
            }
        return Variable(value: value, node: node)
    }

    /// The result of an operation on several operands whose gradients are computed together.
    ///
    /// - Parameter rule: Is handed the operands' tensors and, for each, whether its gradient is
    ///   wanted; its pullback returns one gradient for each operand, `nil` where none is wanted.
    package static func apply(
        _ operation: Operation, _ operands: [Variable],
        rule: ([Tensor<Scalar>], [Bool]) -> (Tensor<Scalar>, @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>?])
    ) -> Variable {
        apply(.operation(operation), operands, rule: rule)
    }

    private static func apply(
        _ origin: NodeOrigin, _ operands: [Variable],
        rule: ([Tensor<Scalar>], [Bool]) -> (Tensor<Scalar>, @Sendable (Tensor<Scalar>) -> [Tensor<Scalar>?])
    ) -> Variable {
        let isWanted = operands.map(\.isTracked)
        let (value, pullback) = rule(operands.map(\.value), isWanted)
        let parents = operands.compactMap(\.node)
        guard !parents.isEmpty else { return Variable(value) }
        let node = Node(origin: origin, parents: parents) { gradient in
            zip(pullback(gradient), isWanted).compactMap { $1 ? $0 : nil }
        }
        return Variable(value: value, node: node)
    }
}
