extension Tensor: ContractionOperand where Scalar: FloatingPointScalar {
    package func multiplied(by other: Tensor) -> Tensor { matmul(self, other) }
}

/// A sum of products over named axes (Einstein's convention).
///
/// z[result labels] = Σ Π_i x_i[labels of i], summed over all labels that the result lacks.
///
/// ```swift
/// let z = einsum([(x, [0, 1]), (y, [1, 2])], to: [0, 2])     // the product of two matrices
/// ```
///
/// - Parameters:
///   - operands: Tensors, each with one label for each axis. A label that one of them has twice takes its diagonal.
///   - result: The labels of the result, each once, each a label of an operand.
/// - Precondition: Axes of one label have one extent.
public func einsum<Scalar: FloatingPointScalar>(_ operands: [(Tensor<Scalar>, labels: [Int])], to result: [Int]) -> Tensor<Scalar> {
    contracted(operands.map { ($0.0, $0.labels) }, to: result)
}
