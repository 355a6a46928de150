package import DMTensors

/// What tests ask about the record behind a variable.
extension Variable {
    /// The operations that this variable was made by, back to the leaves.
    package var operations: Set<Operation> { Set(ancestors.compactMap(\.operation)) }

    /// The pullbacks of the nodes that this variable was made by, without the nodes.
    package var pullbacks: [@Sendable (Tensor<Scalar>) -> [Tensor<Scalar>]] { ancestors.map(\.pullback) }

    /// The node of this variable, to see when it is let go of.
    package var record: AnyObject? { node }

    private var ancestors: [Node<Scalar>] { node.map { Gradients.ancestors(of: $0) } ?? [] }
}
