public import DMTensors

/// Gathering and scattering: elements picked by position. The gradient of an element that is picked several times is the
/// sum over its copies.
extension Variable {
    /// Rows of the leading axis, picked by index: an embedding lookup (`index_select` in PyTorch, `take` in NumPy).
    ///
    /// - Parameter indices: Positions on the leading axis, of any shape.
    /// - Returns: Of the shape of `indices` followed by that of a row.
    public func gathered(rows indices: Tensor<Int32>) -> Variable {
        .apply(.gather, self) { x in
            let rows = x.gathered(rows: indices)
            let count = x.shape[0]
            return (rows, { $0.scatteredAdd(rows: indices, count: count) })
        }
    }

    /// The slices at the given positions of an axis (`take` along an axis in NumPy).
    ///
    /// y[a..., i..., b...] = x[a..., positions[i...], b...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: On the axis, of any shape `[i...]`; negative ones count from the end.
    /// - Returns: A variable `[a..., i..., b...]`.
    public func gathered(along axis: Int, at positions: Tensor<Int32>) -> Variable {
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
    public func strided(along axis: Int, from start: Int, count: Int, by step: Int) -> Variable {
        gathered(along: axis, at: Tensor((0..<count).map { Int32(start + $0 * step) }))
    }

    /// The elements at positions of an axis that are given one by one (`gather` in PyTorch, `take_along_axis` in NumPy).
    ///
    /// y[a..., i, b...] = x[a..., positions[a..., i, b...], b...]
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: Of this variable's rank, nowhere but along the axis of a larger extent; negative ones count from the end.
    /// - Returns: A variable of the shape of `positions`.
    public func gatheredElements(along axis: Int, at positions: Tensor<Int32>) -> Variable {
        let elements = elementPositions(shape, along: axis, at: positions)
        return reshaped(to: [value.count, 1]).gathered(rows: elements).reshaped(to: positions.shape)
    }

    /// The slices that coordinates point at (`GatherND` in ONNX).
    ///
    /// y[a..., i..., b...] = x[a..., coordinates[a..., i..., :]..., b...]
    ///
    /// - Parameters:
    ///   - coordinates: `[a..., i..., k]`: along the last axis the positions on `k` axes behind the shared ones;
    ///     negative ones count from the end.
    ///   - sharedAxes: The number of leading axes `a...` that both have.
    public func gatheredSlices(at coordinates: Tensor<Int32>, sharedAxes: Int = 0) -> Variable {
        let plan = SliceRows(shape, at: coordinates, sharedAxes: sharedAxes)
        return reshaped(to: plan.matrix).gathered(rows: plan.rows).reshaped(to: plan.result)
    }

    /// The elements with some replaced, at positions of an axis that are given one by one; the last of several wins
    /// (`scatter` in PyTorch).
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: Of this variable's rank, nowhere but along the axis of a larger extent; negative ones count from the end.
    ///   - elements: Of the shape of `positions`.
    public func replacingElements(along axis: Int, at positions: Tensor<Int32>, with elements: Variable) -> Variable {
        checkShape(positions.shape == elements.shape, "cannot put the elements \(elements.shape) at the positions \(positions.shape)")
        let rows = elementPositions(shape, along: axis, at: positions)
        return concatenated([reshaped(to: [value.count]), elements.reshaped(to: [rows.count])], along: 0)
            .gathered(rows: replacementOrder(value.count, rows)).reshaped(to: shape)
    }

    /// The elements with a border that is made from their own.
    ///
    /// - Parameters:
    ///   - before: For each axis how many positions are put before the first.
    ///   - after: For each axis how many follow the last.
    ///   - mode: Which elements the border repeats.
    /// - Precondition: An axis that is padded is not empty.
    public func padded(before: [Int], after: [Int], mode: BorderMode) -> Variable {
        checkShape(
            before.count == shape.count && after.count == shape.count, "cannot pad \(shape) by \(before) before and \(after) after")
        return shape.indices.reduce(self) { x, axis in
            if before[axis] == 0 && after[axis] == 0 { return x }
            return x.gathered(along: axis, at: mode.positions(extent: x.shape[axis], before: before[axis], after: after[axis]))
        }
    }
}
