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
