import DMAutograd
import DMTensors

extension GradientCase {
    private static let shapes: [[[Int]]] = [
        [[2, 3], [3]], [[1], [1]], [[5, 1], [1, 3]], [[], []], [[0, 3], [3]], [[3, 1, 7], [7]],
    ]

    static let recomputation: [GradientCase] = [
        each(.recompute, of: shapes, in: -1...1) { operands in
            var nothing: Void = ()
            return recomputed(operands, state: &nothing) { x, _ in (x[0] * x[1]).exp() + x[0] * x[0] }
        },
        // What is drawn the second time is what was drawn the first.
        each(.recompute, of: shapes.map { [$0[0]] }, in: -1...1) { operands in
            var random = RandomSource(seed: 3)
            return recomputed(operands, state: &random) { x, random in
                x[0].tanh() * Variable(random.normal(shape: x[0].shape)) * x[0]
            }
        },
        // One inside another, and an operand that takes no part.
        each(.recompute, of: [[[2, 3], [4]]], in: -1...1) { operands in
            var nothing: Void = ()
            return recomputed(operands, state: &nothing) { x, nothing in
                recomputed([x[0] * x[0]], state: &nothing) { y, _ in y[0].sin() * y[0] }
            }
        },
    ].flatMap { $0 }
}
