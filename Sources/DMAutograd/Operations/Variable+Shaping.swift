public import DMTensors

/// The same elements under another shape, in another order, repeated, cut or padded.
extension Variable {
    /// The same elements under another shape.
    ///
    /// - Parameter shape: Extents with the same product; one of them may be -1 and is worked out.
    public func reshaped(to shape: [Int]) -> Variable {
        .apply(.reshape, self) { x in
            let original = x.shape
            return (x.reshaped(to: shape), { $0.reshaped(to: original) })
        }
    }

    /// The same elements with the axes in another order: axis `i` of the result is axis `permutation[i]` of this.
    ///
    /// - Parameter permutation: Each axis once.
    public func transposed(permutation: [Int]) -> Variable {
        .apply(.transpose, self) { x in
            (
                x.transposed(permutation: permutation),
                { $0.transposed(permutation: permutation.indices.sorted { permutation[$0] < permutation[$1] }) }
            )
        }
    }

    /// The elements repeated to fill a shape.
    ///
    /// - Parameter shape: Ends with this variable's extents, save those that are 1.
    public func broadcast(to shape: [Int]) -> Variable {
        .apply(.broadcast, self) { x in
            let original = x.shape
            return (x.broadcast(to: shape), { $0.summed(to: original) })
        }
    }

    /// The part from position `start` to before position `end` along one axis.
    ///
    /// - Parameters:
    ///   - axis: The axis that is cut.
    ///   - start: The first position.
    ///   - end: The position behind the last, at most the extent.
    public func sliced(along axis: Int, from start: Int, to end: Int) -> Variable {
        .apply(.slice, self) { x in
            let shape = x.shape
            return (
                x.sliced(along: axis, from: start, to: end),
                { gradient in
                    var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
                    let axis = axis < 0 ? axis + shape.count : axis
                    (before[axis], after[axis]) = (start, shape[axis] - end)
                    return gradient.padded(before: before, after: after, with: 0)
                }
            )
        }
    }

    /// Slice `index` of the leading axis, without that axis.
    ///
    /// - Parameter index: A position on the leading axis.
    public subscript(_ index: Int) -> Variable {
        sliced(along: 0, from: index, to: index + 1).reshaped(to: Array(shape.dropFirst()))
    }

    /// The elements surrounded by copies of one number.
    ///
    /// - Parameters:
    ///   - before: For each axis how many are put before.
    ///   - after: For each axis how many are put behind.
    ///   - scalar: The number.
    public func padded(before: [Int], after: [Int], with scalar: Scalar) -> Variable {
        .apply(.pad, self) { x in
            let shape = x.shape
            return (
                x.padded(before: before, after: after, with: scalar),
                { gradient in
                    shape.indices.reduce(gradient) { $0.sliced(along: $1, from: before[$1], to: before[$1] + shape[$1]) }
                }
            )
        }
    }

    /// Rows of the leading axis, picked by index: the lookup of an embedding.
    ///
    /// Rows that are picked several times gather the gradients of all their copies.
    ///
    /// - Parameter indices: Positions on the leading axis, of any shape.
    /// - Returns: Of the shape of `indices` followed by that of a row.
    public func gathered(rows indices: Tensor<Int32>) -> Variable {
        .apply(.gather, self) { x in
            let rows = x.gathered(rows: indices)
            let count = x.shape[0]
            return (
                rows, { $0.scatteredAdd(rows: indices, count: count) }
            )
        }
    }
}
