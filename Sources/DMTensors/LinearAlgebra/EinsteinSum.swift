/// A sum of products over named axes (Einstein's convention).
///
/// z[result labels] = Σ Π_i x_i[labels of i], summed over all labels that the result lacks.
///
/// ```swift
/// let z = einsteinSum([(x, [0, 1]), (y, [1, 2])], to: [0, 2])     // the product of two matrices
/// ```
///
/// - Parameters:
///   - operands: Tensors, each with one label for each axis. A label that one of them has twice takes its diagonal.
///   - result: The labels of the result, each once, each a label of an operand.
/// - Precondition: Axes of one label have one extent.
public func einsteinSum<Scalar: FloatingPointScalar>(
    _ operands: [(tensor: Tensor<Scalar>, labels: [Int])], to result: [Int]
) -> Tensor<Scalar> {
    var extents: [Int: Int] = [:]
    for (tensor, labels) in operands {
        checkShape(tensor.rank == labels.count, "einsteinSum: \(labels.count) labels for the shape \(tensor.shape)")
        for (label, extent) in zip(labels, tensor.shape) {
            checkShape(
                extents[label, default: extent] == extent,
                "einsteinSum: label \(label) has the extents \(extents[label] ?? 0) and \(extent)")
            extents[label] = extent
        }
    }
    checkShape(
        !operands.isEmpty && Set(result).count == result.count && result.allSatisfy { extents[$0] != nil },
        "einsteinSum: the labels \(result) of the result are not all labels of the operands \(operands.map(\.labels))")
    var terms = operands.map { LabelledTensor($0.tensor, $0.labels).withDiagonals }
    // Two at a time; what no other operand and not the result has is summed at once.
    while terms.count > 1 {
        let (y, x) = (terms.removeLast(), terms.removeLast())
        terms.append(x.multiplied(by: y, keeping: Set(result + terms.flatMap(\.labels))))
    }
    return terms[0].arranged(result)
}

/// A tensor whose axes have names.
private struct LabelledTensor<Scalar: FloatingPointScalar> {
    let tensor: Tensor<Scalar>
    let labels: [Int]

    init(_ tensor: Tensor<Scalar>, _ labels: [Int]) { (self.tensor, self.labels) = (tensor, labels) }

    /// The tensor with each label once.
    var withDiagonals: LabelledTensor {
        guard let axis = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }), let twin = labels.firstIndex(of: labels[axis])
        else { return self }
        let extent = tensor.shape[axis]
        var order = labels.indices.filter { $0 != axis && $0 != twin }
        order.append(contentsOf: [twin, axis])
        let square = tensor.transposed(permutation: order)
        let diagonal = square.reshaped(to: square.shape.dropLast(2) + [extent * extent]).strided(
            along: -1, from: 0, count: extent, by: extent + 1)
        return LabelledTensor(diagonal, order.dropLast().map { labels[$0] }).withDiagonals
    }

    /// The sums over all labels but those of `wanted`, in their order.
    func arranged(_ wanted: [Int]) -> Tensor<Scalar> {
        let kept = labels.filter { wanted.contains($0) }
        let summed = tensor.sum(along: labels.indices.filter { !wanted.contains(labels[$0]) })
        return summed.transposed(permutation: wanted.map { kept.firstIndex(of: $0)! })
    }

    /// The product with another tensor, summed over the labels that nobody keeps: one product of matrices.
    func multiplied(by other: LabelledTensor, keeping kept: Set<Int>) -> LabelledTensor {
        let shared = labels.filter { other.labels.contains($0) }
        let (batch, inner) = (shared.filter { kept.contains($0) }, shared.filter { !kept.contains($0) })
        let rows = labels.filter { !shared.contains($0) && kept.contains($0) }
        let columns = other.labels.filter { !shared.contains($0) && kept.contains($0) }
        let (x, y) = (arranged(batch + rows + inner), other.arranged(batch + inner + columns))
        let (b, r, k) = (batch.count, rows.count, inner.count)
        let batchShape = Array(x.shape[..<b]), rowShape = Array(x.shape[b..<(b + r)]), columnShape = Array(y.shape[(b + k)...])
        let count = (batchShape.reduce(1, *), rowShape.reduce(1, *), x.shape[(b + r)...].reduce(1, *), columnShape.reduce(1, *))
        let product = matrixProduct(x.reshaped(to: [count.0, count.1, count.2]), y.reshaped(to: [count.0, count.2, count.3]))
        return LabelledTensor(product.reshaped(to: batchShape + rowShape + columnShape), batch + rows + columns)
    }
}
