/// What happens to an element that another one is scattered to.
public enum ScatterCombination: Sendable, Hashable, CaseIterable {
    /// The new element takes its place.
    case replacement
    /// The two are added.
    case sum
    /// The two are multiplied.
    case product
    /// The larger one stays.
    case maximum
    /// The smaller one stays.
    case minimum
}

extension Tensor {
    /// The tensor with some elements replaced, at positions of an axis that are given one by one.
    ///
    /// y[a..., positions[a..., i, b...], b...] = elements[a..., i, b...]; the last of several wins.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: Of this tensor's rank, nowhere but along the axis of a larger extent; negative ones count from the end.
    ///   - elements: Of the shape of `positions`.
    public func replacingElements(along axis: Int, at positions: Tensor<Int32>, with elements: Tensor) -> Tensor {
        require(positions.shape == elements.shape, "cannot put the elements \(elements.shape) at the positions \(positions.shape)")
        return reshaped(to: [count, 1]).replacing(
            rows: elementPositions(shape, along: axis, at: positions), with: elements.reshaped(to: [elements.count, 1])
        ).reshaped(to: shape)
    }

    /// The tensor with the slices replaced that coordinates point at.
    ///
    /// y[coordinates[i..., :]..., b...] = slices[i..., b...]; the last of several wins.
    ///
    /// - Parameters:
    ///   - coordinates: `[i..., k]`, positions on the leading `k` axes; negative ones count from the end.
    ///   - slices: `[i..., b...]`.
    public func replacingSlices(at coordinates: Tensor<Int32>, with slices: Tensor) -> Tensor {
        let plan = SliceRows(shape, at: coordinates)
        require(slices.shape == plan.result, "cannot put the slices \(slices.shape) where \(plan.result) belong")
        return reshaped(to: plan.matrix).replacing(rows: plan.rows, with: slices.reshaped(to: [plan.rows.count, plan.matrix[1]]))
            .reshaped(to: shape)
    }

    /// Rows of a matrix replaced by others.
    fileprivate func replacing(rows: Tensor<Int32>, with others: Tensor) -> Tensor {
        concatenated([self, others], along: 0).gathered(rows: replacementOrder(shape[0], rows))
    }
}

/// Where each row lies, once others stand behind all rows and take the place of some.
package func replacementOrder(_ count: Int, _ rows: Tensor<Int32>) -> Tensor<Int32> {
    var order = (0..<Int32(count)).map { $0 }
    for (index, row) in rows.scalars.enumerated() { order[Int(row)] = Int32(count + index) }
    return Tensor(order)
}

extension Tensor where Scalar: NumericScalar {
    /// The tensor with other elements combined into some, at positions of an axis that are given one by one.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - positions: Of this tensor's rank, nowhere but along the axis of a larger extent; negative ones count from the end.
    ///   - elements: Of the shape of `positions`; several at one position are combined one after another.
    ///   - combination: How an element and a new one are combined.
    public func combiningElements(
        along axis: Int, at positions: Tensor<Int32>, with elements: Tensor, by combination: ScatterCombination
    ) -> Tensor {
        require(positions.shape == elements.shape, "cannot put the elements \(elements.shape) at the positions \(positions.shape)")
        return reshaped(to: [count, 1]).combining(
            rows: elementPositions(shape, along: axis, at: positions), with: elements.reshaped(to: [elements.count, 1]), by: combination
        ).reshaped(to: shape)
    }

    /// The tensor with other slices combined into those that coordinates point at.
    ///
    /// - Parameters:
    ///   - coordinates: `[i..., k]`, positions on the leading `k` axes; negative ones count from the end.
    ///   - slices: `[i..., b...]`; several at one position are combined one after another.
    ///   - combination: How a slice and a new one are combined.
    public func combiningSlices(at coordinates: Tensor<Int32>, with slices: Tensor, by combination: ScatterCombination) -> Tensor {
        let plan = SliceRows(shape, at: coordinates)
        require(slices.shape == plan.result, "cannot put the slices \(slices.shape) where \(plan.result) belong")
        return reshaped(to: plan.matrix).combining(
            rows: plan.rows, with: slices.reshaped(to: [plan.rows.count, plan.matrix[1]]), by: combination
        ).reshaped(to: shape)
    }

    /// Rows of a matrix combined with others: in each pass at most one with any row.
    fileprivate func combining(rows: Tensor<Int32>, with others: Tensor, by combination: ScatterCombination) -> Tensor {
        var result = self
        var waiting = Array(rows.scalars.enumerated())
        while !waiting.isEmpty {
            var seen: Set<Int32> = []
            let pass = waiting.filter { seen.insert($0.element).inserted }
            let (numbers, targets) = (Tensor<Int32>(pass.map { Int32($0.offset) }), Tensor<Int32>(pass.map(\.element)))
            let combined = combination.combined(result.gathered(rows: targets), others.gathered(rows: numbers))
            result = result.replacing(rows: targets, with: combined)
            let done = Set(pass.map(\.offset))
            waiting.removeAll { done.contains($0.offset) }
        }
        return result
    }
}

extension ScatterCombination {
    fileprivate func combined<Scalar: NumericScalar>(_ x: Tensor<Scalar>, _ new: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .replacement: new
        case .sum: x + new
        case .product: x * new
        case .maximum: DMTensors.maximum(x, new)
        case .minimum: DMTensors.minimum(x, new)
        }
    }
}
