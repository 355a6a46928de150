import CDMKernels

extension Tensor {
    /// The slices at the given positions of an axis.
    ///
    /// y[a..., i..., b...] = x[a..., positions[i...], b...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: On the axis, of any shape `[i...]`; negative ones count from the end.
    /// - Returns: A tensor `[a..., i..., b...]`.
    public func gathered(along axis: Int, at positions: Tensor<Int32>) -> Tensor {
        let plan = AxisRows(shape, along: axis, at: positions)
        return reshaped(to: plan.matrix).gathered(rows: plan.rows).reshaped(to: plan.result)
    }

    /// Every `step`-th slice of an axis.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - start: The position of the first slice.
    ///   - count: The number of slices.
    ///   - step: From one slice to the next; a negative step goes backwards.
    public func strided(along axis: Int, from start: Int, count: Int, by step: Int) -> Tensor {
        gathered(along: axis, at: Tensor<Int32>((0..<count).map { Int32(start + $0 * step) }))
    }

    /// The slices of an axis in the opposite order.
    ///
    /// - Parameter axis: A negative one counts from the last.
    public func reversed(along axis: Int) -> Tensor {
        let extent = shape[resolved([axis], "reverse")[0]]
        return strided(along: axis, from: extent - 1, count: extent, by: -1)
    }

    /// The elements at positions of an axis that are given one by one.
    ///
    /// y[a..., i, b...] = x[a..., positions[a..., i, b...], b...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: Of this tensor's rank, nowhere but along the axis of a larger extent; negative ones count from the end.
    /// - Returns: A tensor of the shape of `positions`.
    public func gatheredElements(along axis: Int, at positions: Tensor<Int32>) -> Tensor {
        let elements = elementPositions(shape, along: axis, at: positions)
        return reshaped(to: [count, 1]).gathered(rows: elements).reshaped(to: positions.shape)
    }

    /// The slices that coordinates point at.
    ///
    /// y[a..., i..., b...] = x[a..., coordinates[a..., i..., :]..., b...]
    ///
    /// - Parameters:
    ///   - coordinates: `[a..., i..., k]`: along the last axis the positions on `k` axes behind the shared ones;
    ///     negative ones count from the end.
    ///   - sharedAxes: The number of leading axes `a...` that both tensors have.
    public func gatheredSlices(at coordinates: Tensor<Int32>, sharedAxes: Int = 0) -> Tensor {
        let plan = SliceRows(shape, at: coordinates, sharedAxes: sharedAxes)
        return reshaped(to: plan.matrix).gathered(rows: plan.rows).reshaped(to: plan.result)
    }
}

/// For each of the positions along an axis where its element lies in a tensor of a shape.
package func elementPositions(_ shape: [Int], along axis: Int, at positions: Tensor<Int32>) -> Tensor<Int32> {
    let resolved = axis < 0 ? axis + shape.count : axis
    require(shape.indices.contains(resolved), "gather along the axes [\(axis)] of the shape \(shape)")
    require(
        positions.rank == shape.count && shape.indices.allSatisfy { $0 == resolved || positions.shape[$0] <= shape[$0] },
        "positions of shape \(positions.shape) do not fit elements of shape \(shape) along axis \(resolved)")
    let steps = denseSteps(shape)
    var elements = positions.countedFromStart(shape[resolved], "gather") * Int32(steps[resolved])
    for other in shape.indices where other != resolved {
        var extents = shape.map { _ in 1 }
        extents[other] = positions.shape[other]
        elements += Tensor((0..<extents[other]).map { Int32($0 * steps[other]) }, shape: extents)
    }
    return elements.reshaped(to: [elements.count])
}

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
                    Parallelism.forEachUncheckedChunk(of: indices.count, size: max(1, Parallelism.grain / columns)) {
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

/// Positions of one axis as rows of a matrix, in which all axes before it are one with it.
package struct AxisRows {
    /// The extents of the matrix.
    package let matrix: [Int]
    /// For each row of the result the row of the matrix.
    package let rows: Tensor<Int32>
    /// The extents of the result: those of the positions take the place of the axis.
    package let result: [Int]

    /// - Parameters:
    ///   - shape: The extents of the tensor.
    ///   - axis: A negative one counts from the last.
    ///   - positions: On the axis, of any shape; negative ones count from the end.
    package init(_ shape: [Int], along axis: Int, at positions: Tensor<Int32>) {
        let resolved = axis < 0 ? axis + shape.count : axis
        require(shape.indices.contains(resolved), "gather along the axes [\(axis)] of the shape \(shape)")
        let (outer, extent) = (shape[..<resolved].reduce(1, *), shape[resolved])
        let inner = shape[(resolved + 1)...].reduce(1, *)
        let counted = positions.countedFromStart(extent, "gather")
        matrix = [outer * extent, inner]
        result = shape[..<resolved] + positions.shape + shape[(resolved + 1)...]
        let starts = Tensor((0..<outer).map { Int32($0 * extent) }, shape: [outer, 1])
        rows = (starts + counted.reshaped(to: [1, counted.count])).reshaped(to: [outer * counted.count])
    }
}

extension Tensor where Scalar == Int32 {
    /// Positions of an axis, with negative ones counted from its end.
    func countedFromStart(_ extent: Int, _ operation: String) -> Tensor {
        guard count > 0 else { return self }
        require(
            minimum() >= -extent && maximum() < extent,
            "\(operation): positions from \(minimum()) to \(maximum()) do not lie on an axis of extent \(extent)")
        return minimum() >= 0 ? self : select(where: self .< 0, self + Int32(extent), self)
    }
}

/// Slices that coordinates point at, as rows of a matrix.
package struct SliceRows {
    /// The extents of the matrix.
    package let matrix: [Int]
    /// For each row of the result the row of the matrix.
    package let rows: Tensor<Int32>
    /// The extents of the result.
    package let result: [Int]

    /// - Parameters:
    ///   - shape: `[a..., k extents, b...]` of the tensor.
    ///   - coordinates: `[a..., i..., k]`; negative ones count from the end.
    ///   - sharedAxes: The number of axes `a...`.
    package init(_ shape: [Int], at coordinates: Tensor<Int32>, sharedAxes: Int = 0) {
        let depth = coordinates.shape.last ?? 0
        require(
            coordinates.rank > sharedAxes && sharedAxes >= 0 && sharedAxes + depth <= shape.count
                && shape.prefix(sharedAxes) == coordinates.shape.prefix(sharedAxes),
            "coordinates of shape \(coordinates.shape) do not point into the shape \(shape) behind \(sharedAxes) shared axes")
        let addressed = shape[..<(sharedAxes + depth)], rest = shape[(sharedAxes + depth)...]
        let steps = denseSteps(Array(addressed))
        let groups = shape.prefix(sharedAxes).reduce(1, *)
        let points = coordinates.shape.dropLast().reduce(1, *)
        var rows = Tensor<Int32>(
            (0..<points).map { Int32($0 / max(1, points / max(1, groups)) * addressed.dropFirst(sharedAxes).reduce(1, *)) })
        for axis in 0..<depth {
            let own = coordinates.sliced(along: -1, from: axis, to: axis + 1).reshaped(to: [points])
            rows += own.countedFromStart(shape[sharedAxes + axis], "gather") * Int32(steps[sharedAxes + axis])
        }
        matrix = [addressed.reduce(1, *), rest.reduce(1, *)]
        self.rows = rows
        result = coordinates.shape.dropLast() + rest
    }
}
