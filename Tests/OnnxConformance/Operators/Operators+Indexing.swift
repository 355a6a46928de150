import DMTensors

extension Operators {
    /// Parts of a tensor, picked by position, and their replacement.
    static let indexing: [String: OnnxOperator] = [
        "Gather": { call in
            let x = try call.input(0), axis = try call.axis(default: 0, rank: x.shape.count)
            let positions = try checked(try call.positions(1), within: x.shape[axis])
            func gather<T: DenseTensor>(_ tensor: T) throws -> OnnxValue { try x.with(tensor.dense.gathered(along: axis, at: positions)) }
            return [try gather(x.tensor)]
        },
        "GatherElements": { call in
            let x = try call.input(0), axis = try call.axis(default: 0, rank: x.shape.count)
            let positions = try checkedElements(try call.positions(1), of: x.shape, along: axis)
            func gather<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(tensor.dense.gatheredElements(along: axis, at: positions))
            }
            return [try gather(x.tensor)]
        },
        "GatherND": { call in
            let x = try call.input(0), shared = call.integer("batch_dims")
            let coordinates = try checkedCoordinates(try call.positions(1), in: x.shape, sharedAxes: shared)
            func gather<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(tensor.dense.gatheredSlices(at: coordinates, sharedAxes: shared))
            }
            return [try gather(x.tensor)]
        },
        "ScatterElements": scatterElements,
        "Scatter": scatterElements,
        "ScatterND": { call in
            let x = try call.input(0), combination = try combination(call)
            let coordinates = try checkedCoordinates(try call.positions(1), in: x.shape, sharedAxes: 0)
            let wanted = coordinates.shape.dropLast() + x.shape.dropFirst(coordinates.shape.last ?? 0)
            guard try call.input(2).shape[...] == wanted else {
                throw InvalidCase("updates of the shape \(try call.input(2).shape), not \(wanted)")
            }
            func combine<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(tensor.dense.combiningSlices(at: coordinates, with: try call.tensor(2), by: combination))
            }
            func replace<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(tensor.dense.replacingSlices(at: coordinates, with: try call.tensor(2)))
            }
            return [combination == .replacement ? try replace(x.tensor) : try combine(try call.numeric(0))]
        },
        "Slice": { call in
            var x = try call.input(0)
            let starts = call.integers("starts", orInput: 1) ?? [], ends = call.integers("ends", orInput: 2) ?? []
            let given = call.integers("axes", orInput: 3) ?? Array(starts.indices)
            let axes = try call.resolved(given, rank: x.shape.count), steps = call.integers(4) ?? starts.map { _ in 1 }
            guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count, !steps.contains(0) else {
                throw InvalidCase("a slice from \(starts) to \(ends) by \(steps) along the axes \(axes)")
            }
            for (index, axis) in axes.enumerated() { x = try sliced(x, axis, starts[index], ends[index], steps[index]) }
            return [x]
        },
        "Compress": { call in
            let value = try call.input(0)
            let axis = try call.optionalInteger("axis").map { try call.resolved([$0], rank: value.shape.count)[0] }
            let x = axis == nil ? try reshaped(value, [-1]) : value
            let chosen = try call.tensor(1, Bool.self).truePositions()
            let positions = try checked(chosen.reshaped(to: [chosen.count]), within: x.shape[axis ?? 0])
            func gather<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(tensor.dense.gathered(along: axis ?? 0, at: positions))
            }
            return [try gather(x.tensor)]
        },
        "ReverseSequence": { call in
            let x = try call.input(0), lengths = try call.positions(1).scalars
            let (time, batch) = (call.integer("time_axis"), call.integer("batch_axis", default: 1))
            guard x.shape.count >= 2, Set([time, batch]) == [0, 1], lengths.count == x.shape[batch],
                lengths.allSatisfy({ (0...Int32(x.shape[time])).contains($0) })
            else { throw InvalidCase("sequences of lengths \(lengths) in the shape \(x.shape)") }
            let rows = (0..<x.shape[0]).flatMap { i in
                (0..<x.shape[1]).map { j -> Int32 in
                    let (t, b) = time == 0 ? (i, j) : (j, i)
                    let source = t < Int(lengths[b]) ? Int(lengths[b]) - 1 - t : t
                    return Int32(time == 0 ? source * x.shape[1] + b : b * x.shape[1] + source)
                }
            }
            func reverse<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                let flat = tensor.dense.reshaped(to: [x.shape[0] * x.shape[1]] + x.shape.dropFirst(2))
                return try x.with(flat.gathered(rows: Tensor(rows)).reshaped(to: x.shape))
            }
            return [try reverse(x.tensor)]
        },
        "Pad": { call in try [padded(call)] },
    ]

    private static let scatterElements: OnnxOperator = { call in
        let x = try call.input(0), axis = try call.axis(default: 0, rank: x.shape.count), combination = try combination(call)
        let positions = try checkedElements(try call.positions(1), of: x.shape, along: axis)
        guard try call.input(2).shape == positions.shape else { throw InvalidCase("updates of the shape \(try call.input(2).shape)") }
        func combine<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
            try x.with(tensor.dense.combiningElements(along: axis, at: positions, with: try call.tensor(2), by: combination))
        }
        func replace<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
            try x.with(tensor.dense.replacingElements(along: axis, at: positions, with: try call.tensor(2)))
        }
        return [combination == .replacement ? try replace(x.tensor) : try combine(try call.numeric(0))]
    }

    private static func combination(_ call: OperatorCall) throws -> ScatterCombination {
        switch call.text("reduction", default: "none") {
        case "none": .replacement
        case "add": .sum
        case "mul": .product
        case "max": .maximum
        case "min": .minimum
        case let other: throw Unsupported("the reduction '\(other)'")
        }
    }

    /// A part of one axis, as Python slices: bounds beyond the axis are held at its ends.
    private static func sliced(_ x: OnnxValue, _ axis: Int, _ start: Int, _ end: Int, _ step: Int) throws -> OnnxValue {
        let extent = x.shape[axis]
        func held(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
            let counted = bound < 0 ? max(bound, -extent - 1) + extent : bound
            return min(max(counted, range.lowerBound), range.upperBound)
        }
        let range = step > 0 ? 0...extent : -1...max(-1, extent - 1)
        let (first, last) = (held(start, range), held(end, range))
        let distance = step > 0 ? last - first : first - last
        let count = distance <= 0 ? 0 : (distance - 1) / Int(min(step.magnitude, UInt(Int.max))) + 1
        func cut<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
            if step == 1 { return try x.with(tensor.dense.sliced(along: axis, from: first, to: first + count)) }
            return try x.with(tensor.dense.strided(along: axis, from: first, count: count, by: count > 1 ? step : 1))
        }
        return try cut(x.tensor)
    }

    private static func padded(_ call: OperatorCall) throws -> OnnxValue {
        var x = try call.input(0)
        let rank = x.shape.count, pads = call.integers("pads", orInput: 1) ?? []
        let axes = try call.integers(3).map { try call.resolved($0, rank: rank) } ?? Array(x.shape.indices)
        guard pads.count == 2 * axes.count else { throw InvalidCase("\(pads.count) paddings for \(axes.count) axes") }
        var (before, after) = (x.shape.map { _ in 0 }, x.shape.map { _ in 0 })
        for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (pads[index], pads[axes.count + index]) }
        // Negative paddings take away.
        for axis in axes {
            let (cutBefore, cutAfter) = (max(0, -before[axis]), max(0, -after[axis]))
            guard cutBefore + cutAfter <= x.shape[axis] else { throw InvalidCase("paddings \(pads) of the shape \(x.shape)") }
            if cutBefore + cutAfter > 0 { x = try sliced(x, axis, cutBefore, x.shape[axis] - cutAfter, 1) }
        }
        (before, after) = (before.map { max(0, $0) }, after.map { max(0, $0) })
        _ = try bounded(x.shape.indices.map { x.shape[$0] + before[$0] + after[$0] })
        let mode: BorderMode?
        switch call.text("mode", default: "constant") {
        case "constant": mode = nil
        case "edge": mode = .edge
        case "reflect": mode = .reflection
        case "wrap": mode = .wrapping
        case let other: throw Unsupported("padding of the mode '\(other)'")
        }
        func pad<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
            if let mode { return try x.with(tensor.dense.padded(before: before, after: after, mode: mode)) }
            let value: Tensor<T.Scalar>? = try call.optionalTensor(2)
            let old = Tensor<T.Scalar>(converting: Tensor(call.real("value", default: 0)))
            return try x.with(tensor.dense.padded(before: before, after: after, with: (value ?? old).reshaped(to: []).scalar))
        }
        guard mode == nil || x.shape.indices.allSatisfy({ x.shape[$0] > 0 || before[$0] + after[$0] == 0 }) else {
            throw InvalidCase("nothing to pad the shape \(x.shape) with")
        }
        guard let tensor = x.tensor as? any NumericTensor else { throw Unsupported("Pad of the type \(x.type)") }
        return try pad(tensor)
    }
}

/// Positions that lie where they point to; whatever else a model holds is refused.
extension Operators {
    static func checked(_ positions: Tensor<Int32>, within extent: Int) throws -> Tensor<Int32> {
        guard positions.scalars.allSatisfy({ $0 >= -extent && $0 < extent }) else {
            throw InvalidCase("positions beyond an axis of extent \(extent)")
        }
        return positions
    }

    fileprivate static func checkedElements(_ positions: Tensor<Int32>, of shape: [Int], along axis: Int) throws -> Tensor<Int32> {
        guard positions.rank == shape.count, shape.indices.allSatisfy({ $0 == axis || positions.shape[$0] <= shape[$0] }) else {
            throw InvalidCase("positions of the shape \(positions.shape) for the shape \(shape)")
        }
        return try checked(positions, within: shape[axis])
    }

    fileprivate static func checkedCoordinates(_ coordinates: Tensor<Int32>, in shape: [Int], sharedAxes: Int) throws -> Tensor<Int32> {
        let depth = coordinates.shape.last ?? 0
        guard sharedAxes >= 0, coordinates.rank > sharedAxes, sharedAxes + depth <= shape.count,
            shape.prefix(sharedAxes) == coordinates.shape.prefix(sharedAxes)
        else { throw InvalidCase("coordinates of the shape \(coordinates.shape) for the shape \(shape)") }
        for axis in 0..<depth { _ = try checked(coordinates.sliced(along: -1, from: axis, to: axis + 1), within: shape[sharedAxes + axis]) }
        return coordinates
    }
}
