import DMTensors

extension Variable: ContractionOperand {
    package func multiplied(by other: Variable) -> Variable { matmul(self, other) }
}

/// A sum of products over named axes (Einstein's convention), differentiable in all of them.
///
/// z[result labels] = Σ Π_i x_i[labels of i], summed over all labels that the result lacks.
///
/// - Parameters:
///   - operands: Variables, each with one label for each axis. A label that one of them has twice takes its diagonal.
///   - result: The labels of the result, each once, each a label of an operand.
/// - Precondition: Axes of one label have one extent.
public func einsum<Scalar>(_ operands: [(Variable<Scalar>, labels: [Int])], to result: [Int]) -> Variable<Scalar> {
    contracted(operands.map { ($0.0, $0.labels) }, to: result)
}
