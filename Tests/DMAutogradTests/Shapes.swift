/// Shapes that gradient cases have in common.
enum Shapes {
    /// One operand: a single number, extent 1, odd extents, several axes, nothing at all.
    static let single: [[[Int]]] = [[[]], [[1]], [[7]], [[3, 5]], [[2, 1, 3]], [[0, 3]]]

    /// Two operands: equal shapes, single numbers, each side repeated, both repeated, a missing axis, nothing at all.
    static let pairs: [[[Int]]] = [
        [[3, 5], [3, 5]], [[], []], [[2, 3], []], [[1], [4]], [[3], [2, 3]], [[2, 1, 3], [4, 1]], [[2, 3, 1], [3, 5]],
        [[0, 3], [3]], [[0, 2], [1, 1]],
    ]
}
