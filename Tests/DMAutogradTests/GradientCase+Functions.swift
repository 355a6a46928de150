import DMAutograd
import DMTensors

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
