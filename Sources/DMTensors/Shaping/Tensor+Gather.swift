import CDMKernels

extension Tensor {
    /// The rows of the leading axis at the given positions.
    ///
    /// - Parameter indices: Positions below `shape[0]`, of any shape `[i...]`.
    /// - Returns: A tensor `[i..., rest of this shape...]`.
    public func gathered(rows indices: Tensor<Int32>) -> Tensor {
        require(rank > 0, "rows are gathered from at least one axis, not from \(shape)")
        checkRows(indices, below: shape[0], "gather")
        let columns = shape[1...].reduce(1, *)
        return Tensor(shape: indices.shape + shape[1...]) { z in
            withUnsafeElements { x in
                indices.withUnsafeElements { indices in
                    guard !z.isEmpty, let source = x.baseAddress, let target = z.baseAddress else { return }
                    Parallelism.forEachChunk(of: indices.count, size: max(1, Parallelism.grain / columns)) {
                        for row in $0 {
                            (target + row * columns).update(from: source + Int(indices[row]) * columns, count: columns)
                        }
                    }
                }
            }
        }
    }
}

extension Tensor where Scalar: NumericScalar {
    /// The rows of this tensor added up at the given positions of a leading axis: the adjoint of
    /// `gathered(rows:)`.
    ///
    /// - Parameters:
    ///   - indices: Positions below `count`, of shape `[i...]`, where this tensor is `[i..., rest...]`.
    ///   - count: The extent of the leading axis of the result.
    /// - Returns: A tensor `[count, rest...]`, 0 where no row was added.
    public func scatteredAdd(rows indices: Tensor<Int32>, count: Int) -> Tensor {
        require(shape.starts(with: indices.shape), "cannot scatter \(shape) to rows given by the shape \(indices.shape)")
        checkRows(indices, below: count, "scatter")
        let rest = shape[indices.rank...]
        return Tensor(shape: [count] + rest) { z in
            z.fill(with: 0)
            withUnsafeElements { x in
                indices.withUnsafeElements { indices in
                    guard !x.isEmpty else { return }
                    Scalar.elementKernels.table.scatter_add(
                        x.baseAddress, indices.baseAddress, z.baseAddress, indices.count, rest.reduce(1, *))
                }
            }
        }
    }
}

private func checkRows(_ indices: Tensor<Int32>, below count: Int, _ operation: String) {
    guard indices.count > 0 else { return }
    require(
        indices.minimum() >= 0 && Int(indices.maximum()) < count,
        "\(operation): indices from \(indices.minimum()) to \(indices.maximum()) do not lie below \(count)")
}
