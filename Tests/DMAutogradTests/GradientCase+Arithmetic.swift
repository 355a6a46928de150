import DMAutograd

extension GradientCase {
    static let arithmetic: [GradientCase] = [
        each(.add, of: Shapes.pairs) { $0[0] + $0[1] },
        each(.subtract, of: Shapes.pairs) { $0[0] - $0[1] },
        each(.multiply, of: Shapes.pairs) { $0[0] * $0[1] },
        each(.divide, of: Shapes.pairs, in: 0.5...2) { $0[0] / $0[1] },
        each(.divide, of: [[[3]]], in: 0.5...2) { $0[0] / ($0[0] * $0[0]) },
        each(.multiply, of: [[[3, 2]], [[]]]) { $0[0] * $0[0] },
        each(.negate, of: Shapes.single) { -$0[0] },
        each(.addScalar, of: Shapes.single) { $0[0] + 3 },
        each(.addScalar, of: Shapes.single) { 3 + $0[0] },
        each(.addScalar, of: Shapes.single) { $0[0] - 3 },
        each(.subtractFromScalar, of: Shapes.single) { 3 - $0[0] },
        each(.multiplyByScalar, of: Shapes.single) { $0[0] * 3 },
        each(.multiplyByScalar, of: Shapes.single) { 3 * $0[0] },
        each(.divideByScalar, of: Shapes.single) { $0[0] / 3 },
        each(.divideScalar, of: Shapes.single, in: 0.5...2) { 3 / $0[0] },
    ].flatMap { $0 }
}
