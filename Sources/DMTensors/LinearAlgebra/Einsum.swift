/// What sums of products are made of: tensors, and variables that track them.
package protocol ContractionOperand {
    var shape: [Int] { get }
    func reshaped(to shape: [Int]) -> Self
    func transposed(permutation: [Int]) -> Self
    func sum(along axes: [Int], keepingAxes: Bool) -> Self
    func strided(along axis: Int, from start: Int, count: Int, by step: Int) -> Self
    /// The product of two stacks of matrices, `[b, m, k]` and `[b, k, n]`.
    func multiplied(by other: Self) -> Self
}

/// A sum of products over named axes, two operands at a time.
package func contracted<Operand: ContractionOperand>(_ operands: [(Operand, [Int])], to result: [Int]) -> Operand {
    var extents: [Int: Int] = [:]
    for (operand, labels) in operands {
        require(operand.shape.count == labels.count, "einsum: \(labels.count) labels for the shape \(operand.shape)")
        for (label, extent) in zip(labels, operand.shape) {
            let known = extents[label] ?? extent
            require(known == extent, "einsum: label \(label) has the extents \(known) and \(extent)")
            extents[label] = extent
        }
    }
    require(
        !operands.isEmpty && Set(result).count == result.count && result.allSatisfy { extents[$0] != nil },
        "einsum: the labels \(result) of the result are not all labels of the operands \(operands.map(\.1))")
    var terms = operands.map { LabeledOperand($0.0, $0.1).withDiagonals }
    while terms.count > 1 {
        let (y, x) = (terms.removeLast(), terms.removeLast())
        // What no other operand and not the result has is summed at once.
        terms.append(x.multiplied(by: y, keeping: Set(result + terms.flatMap(\.labels))))
    }
    return terms[0].arranged(result)
}

/// An operand whose axes have names.
private struct LabeledOperand<Operand: ContractionOperand> {
    let operand: Operand
    let labels: [Int]

    init(_ operand: Operand, _ labels: [Int]) { (self.operand, self.labels) = (operand, labels) }

    /// The operand with each label once.
    var withDiagonals: LabeledOperand {
        guard let axis = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }), let twin = labels.firstIndex(of: labels[axis])
        else { return self }
        let extent = operand.shape[axis], order = labels.indices.filter { $0 != axis && $0 != twin } + [twin, axis]
        let square = operand.transposed(permutation: order)
        let diagonal = square.reshaped(to: square.shape.dropLast(2) + [extent * extent]).strided(
            along: -1, from: 0, count: extent, by: extent + 1)
        return LabeledOperand(diagonal, order.dropLast().map { labels[$0] }).withDiagonals
    }

    /// The sums over all labels but those of `wanted`, in their order.
    func arranged(_ wanted: [Int]) -> Operand {
        let kept = labels.filter { wanted.contains($0) }
        let summed =
            kept.count == labels.count
            ? operand : operand.sum(along: labels.indices.filter { !wanted.contains(labels[$0]) }, keepingAxes: false)
        return summed.transposed(permutation: wanted.map { kept.firstIndex(of: $0)! })
    }

    /// The product with another operand, summed over the labels that nobody keeps: one product of matrices.
    func multiplied(by other: LabeledOperand, keeping kept: Set<Int>) -> LabeledOperand {
        let shared = labels.filter { other.labels.contains($0) }
        let (batch, inner) = (shared.filter { kept.contains($0) }, shared.filter { !kept.contains($0) })
        let rows = labels.filter { !shared.contains($0) && kept.contains($0) }
        let columns = other.labels.filter { !shared.contains($0) && kept.contains($0) }
        let (x, y) = (arranged(batch + rows + inner), other.arranged(batch + inner + columns))
        let (b, r, k) = (batch.count, rows.count, inner.count)
        let batchShape = Array(x.shape[..<b]), rowShape = Array(x.shape[b..<(b + r)]), columnShape = Array(y.shape[(b + k)...])
        let (stack, depth) = (batchShape.reduce(1, *), x.shape[(b + r)...].reduce(1, *))
        let product = x.reshaped(to: [stack, rowShape.reduce(1, *), depth]).multiplied(
            by: y.reshaped(to: [stack, depth, columnShape.reduce(1, *)]))
        return LabeledOperand(product.reshaped(to: batchShape + rowShape + columnShape), batch + rows + columns)
    }
}

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
