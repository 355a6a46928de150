import DMLayers
import DMOptimizers
import DMTensors

/// Two parameters and a batch normalization's statistics.
struct Pair: Module {
    var first = Parameter(Tensor((0..<5).map { Float($0 - 2) / 2 }))
    var second = Parameter(Tensor(repeating: 0.5, shape: [2, 3]))
    var norm = BatchNormalization(channels: 2)

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&first, "first")
        visitor.visit(&second, "second")
        visitor.visit(&norm, "norm")
    }

    /// A gradient of each step that depends on nothing but the step.
    func gradients(at step: Int) -> ParameterValues {
        parameters.mapValues { value in
            Tensor((0..<value.count).map { Float(($0 * 3 + step * 5) % 7 - 3) / 4 }, shape: value.shape)
        }
    }
}

/// Twenty steps with a falling rate.
func trained(_ optimizer: some Optimizer, from pair: Pair = Pair(), steps: Range<Int> = 0..<20) -> (Pair, any Optimizer) {
    var (pair, optimizer) = (pair, optimizer as any Optimizer)
    let rate = PolynomialDecay(initial: 0.1, steps: 20)
    for step in steps { optimizer.update(&pair, along: pair.gradients(at: step), learningRate: rate(step)) }
    return (pair, optimizer)
}
