extension Variable {
    /// The operations that this variable was made by, back to the leaves.
    package var operations: Set<Operation> {
        guard let node else { return [] }
        return Set(Gradients.ancestors(of: node).compactMap(\.operation))
    }
}
