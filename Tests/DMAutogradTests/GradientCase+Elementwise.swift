import DMAutograd
import DMTensors

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

extension GradientCase {
    static let choices: [GradientCase] = [
        each(.maximum, of: Shapes.pairs) { maximum($0[0], $0[1]) },
        each(.minimum, of: Shapes.pairs) { minimum($0[0], $0[1]) },
        each(.select, of: [[[4], [4]], [[2, 4], [4]], [[4], [3, 1, 4]], [[], [4]], [[2, 1], [1, 4]]]) {
            select(where: Tensor([true, false, false, true]), $0[0], $0[1])
        },
        each(.select, of: [[[3], [2, 1]], [[2, 1], []]]) {
            select(where: Tensor([true, false, false, true, true, false], shape: [2, 3]), $0[0], $0[1])
        },
        each(.select, of: [[[0, 3], [3]]]) { select(where: Tensor([], shape: [0, 3]), $0[0], $0[1]) },
    ].flatMap { $0 }
}

extension GradientCase {
    static let elementary: [GradientCase] = [
        each(.exponential, of: Shapes.single) { $0[0].exp() },
        each(.logarithm, of: Shapes.single, in: 0.2...3) { $0[0].log() },
        each(.squareRoot, of: Shapes.single, in: 0.2...3) { $0[0].squareRoot() },
        each(.square, of: Shapes.single) { $0[0].squared() },
        each(.reciprocal, of: Shapes.single, in: 0.5...2) { $0[0].reciprocal() },
        each(.reciprocal, of: Shapes.single, in: -2 ... -0.5) { $0[0].reciprocal() },
        each(.absoluteValue, of: Shapes.single) { $0[0].absoluteValue() },
        each(.sine, of: Shapes.single, in: -9...9) { $0[0].sine() },
        each(.cosine, of: Shapes.single, in: -9...9) { $0[0].cosine() },
        each(.power, of: Shapes.single, in: 0.2...3) { $0[0].power(2.5) },
        each(.power, of: Shapes.single, in: 0.2...3) { $0[0].power(-1.5) },
        each(.power, of: Shapes.single) { $0[0].power(3) },
        each(.power, of: Shapes.single) { $0[0].power(0) },
        each(.clamp, of: Shapes.single) { $0[0].clamped(to: -0.7...1.1) },
        each(.hyperbolicTangent, of: Shapes.single) { $0[0].tanh() },
        each(.sigmoid, of: Shapes.single, in: -6...6) { $0[0].sigmoid() },
        each(.logSigmoid, of: Shapes.single, in: -40...40) { $0[0].logSigmoid() },
        each(.relu, of: Shapes.single) { $0[0].relu() },
        each(.gelu, of: Shapes.single, in: -4...4) { $0[0].gelu() },
    ].flatMap { $0 }
}

extension GradientCase {
    /// The functions of each element that have constants, and those that only the C library has.
    static let functions: [GradientCase] = [
        of(.tangent, .tangent, in: -1.2...1.2),
        of(.arcsine, .arcsine, in: -0.9...0.9),
        of(.arccosine, .arccosine, in: -0.9...0.9),
        of(.arctangent, .arctangent),
        of(.hyperbolicSine, .hyperbolicSine),
        of(.hyperbolicCosine, .hyperbolicCosine),
        of(.inverseHyperbolicSine, .inverseHyperbolicSine),
        of(.inverseHyperbolicCosine, .inverseHyperbolicCosine, in: 1.2...4),
        of(.inverseHyperbolicTangent, .inverseHyperbolicTangent, in: -0.9...0.9),
        of(.errorFunction, .errorFunction),
        of(.leakyReLU, .leakyReLU(slope: 0.2)),
        of(.elu, .elu(alpha: 1.3)),
        of(.selu, .selu()),
        of(.celu, .celu(alpha: 0.7)),
        of(.hardSigmoid, .hardSigmoid(slope: 0.4, offset: 0.45)),
        of(.hardSwish, .hardSwish, in: -5...5),
        of(.mish, .mish, in: -9...9),
        of(.softplus, .softplus, in: -30...30),
        of(.softsign, .softsign),
        of(.thresholdedReLU, .thresholdedReLU(threshold: 0.3)),
        of(.shrink, .shrink(threshold: 0.5, offset: 0.2)),
        of(.swish, .swish(), in: -9...9),
        of(.swish, .swish(beta: 1.7)),
        of(.tanhGELU, .tanhGELU, in: -4...4),
        each(.raise, of: Shapes.pairs, in: 0.2...3) { $0[0].power($0[1]) },
    ].flatMap { $0 }

    private static func of(
        _ operation: Operation, _ function: ElementFunction, in range: ClosedRange<Double> = -2...2
    ) -> [GradientCase] {
        each(operation, of: Shapes.single, in: range) { $0[0].applying(function) }
    }
}
