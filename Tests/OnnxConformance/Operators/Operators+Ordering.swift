import DMTensors

extension Operators {
    /// What depends on the order of elements along an axis.
    static let ordering: [String: OnnxOperator] = [
        "ArgMax": { [try extreme($0, isLargest: true)] },
        "ArgMin": { [try extreme($0, isLargest: false)] },
        "TopK": { call in
            let x = try call.input(0), axis = try call.axis(default: -1, rank: x.shape.count)
            let count = call.integers("k", orInput: 1)?.first ?? call.integer("k")
            guard (0...x.shape[axis]).contains(count) else {
                throw InvalidCase("\(count) elements of the shape \(x.shape) along axis \(axis)")
            }
            func order<T: NumericTensor>(_ tensor: T) throws -> [OnnxValue] {
                let isLargest = call.flag("largest", default: true)
                let (elements, positions) =
                    isLargest ? tensor.dense.largest(count, along: axis) : tensor.dense.smallest(count, along: axis)
                return [try x.with(elements), try OnnxValue(positions, as: .int64)]
            }
            return try order(try call.numeric(0))
        },
        "CumSum": { call in
            let x = try call.input(0), axis = try call.resolved(call.integers(1) ?? [0], rank: x.shape.count)[0]
            func sum<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
                try x.with(
                    tensor.dense.cumulativeSum(along: axis, excludesSelf: call.flag("exclusive"), isReversed: call.flag("reverse")))
            }
            return [try sum(try call.numeric(0))]
        },
        "OneHot": { call in
            let indices = try call.positions(0), values = try call.input(2)
            guard let depth = call.integers(1)?.first, values.shape == [2] else {
                throw InvalidCase("OneHot without a depth and two values")
            }
            _ = try bounded(indices.shape + [depth])
            let counted = select(where: indices .< 0, indices + Int32(depth), indices)
            let axis = try call.axis(default: -1, rank: indices.rank + 1)
            var order = Array(0..<indices.rank)
            order.insert(indices.rank, at: axis)
            func choose<T: DenseTensor>(_ tensor: T) throws -> OnnxValue {
                try values.with(
                    select(where: counted.oneHot(count: depth), tensor.dense[1], tensor.dense[0]).transposed(permutation: order))
            }
            return [try choose(values.tensor)]
        },
        "NonZero": { call in
            let positions = try call.input(0).tensor.converted(to: Bool.self).truePositions()
            return [try OnnxValue(positions.transposed(permutation: [1, 0]), as: .int64)]
        },
        "Hardmax": { call in
            let x = try call.input(0)
            let axis = try call.axis(default: call.operatorSet < 13 ? 1 : -1, rank: x.shape.count)
            return [
                try alongRows(call, axis) { tensor in
                    func choose<T: RealTensor>(_ tensor: T) -> any RealTensor {
                        let dense = tensor.dense
                        return Tensor<T.Scalar>(converting: dense.argmax(along: -1).oneHot(count: dense.shape[dense.rank - 1]))
                    }
                    return choose(tensor)
                }
            ]
        },
        "Softmax": { call in
            [
                try alongRows(call, try softmaxAxis(call)) { tensor in
                    func softmax<T: RealTensor>(_ tensor: T) -> any RealTensor { tensor.dense.softmax() }
                    return softmax(tensor)
                }
            ]
        },
        "LogSoftmax": { call in
            [
                try alongRows(call, try softmaxAxis(call)) { tensor in
                    func softmax<T: RealTensor>(_ tensor: T) -> any RealTensor { tensor.dense.logSoftmax() }
                    return softmax(tensor)
                }
            ]
        },
    ]

    private static func softmaxAxis(_ call: OperatorCall) throws -> Int {
        try call.axis(default: call.operatorSet < 13 ? 1 : -1, rank: try call.input(0).shape.count)
    }

    /// A function of rows, run along an axis; up to version 12 along all axes from that one on.
    private static func alongRows(
        _ call: OperatorCall, _ axis: Int, _ function: (any RealTensor) throws -> any RealTensor
    ) throws -> OnnxValue {
        let x = try call.input(0)
        guard !x.shape.isEmpty, x.shape[axis] > 0 else { throw InvalidCase("\(call.node.operation) of the shape \(x.shape)") }
        func run<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
            if call.operatorSet < 13 {
                let rows = tensor.dense.reshaped(to: [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)])
                return try reshaped(try x.with(try function(rows)), x.shape)
            }
            var order = Array(x.shape.indices)
            order.append(order.remove(at: axis))
            let result = try x.with(try function(tensor.dense.transposed(permutation: order)))
            return try transposed(result, order.indices.sorted { order[$0] < order[$1] })
        }
        return try run(try call.real(0))
    }

    private static func extreme(_ call: OperatorCall, isLargest: Bool) throws -> OnnxValue {
        let x = try call.input(0), axis = try call.axis(default: 0, rank: x.shape.count), takesLast = call.flag("select_last_index")
        guard !x.shape.isEmpty, x.shape[axis] > 0 else { throw InvalidCase("\(call.node.operation) of the shape \(x.shape)") }
        func find<T: NumericTensor>(_ tensor: T) throws -> OnnxValue {
            let ordered = takesLast ? tensor.dense.reversed(along: axis) : tensor.dense
            let found = isLargest ? ordered.argmax(along: axis) : ordered.argmin(along: axis)
            let positions = takesLast ? Int32(x.shape[axis] - 1) - found : found
            var kept = x.shape
            kept[axis] = 1
            return try OnnxValue(call.flag("keepdims", default: true) ? positions.reshaped(to: kept) : positions, as: .int64)
        }
        return try find(try call.numeric(0))
    }
}
