import DMTensors

extension Operators {
    /// Normalizations.
    static let normalizations: [String: OnnxOperator] = [
        "BatchNormalization": { call in try batchNormalized(call) },
        "LayerNormalization": { call in try layerNormalized(call) },
        "InstanceNormalization": { call in
            let x = try call.input(0)
            return [try groupNormalized(call, groups: x.shape.count > 1 ? x.shape[1] : 0)]
        },
        "GroupNormalization": { call in
            // Up to version 20 scale and shift have a number for each group.
            [try groupNormalized(call, groups: call.integer("num_groups"))]
        },
        "LRN": { call in
            let size = call.integer("size")
            guard (1...1 << 20).contains(size) else { throw InvalidCase("LRN over \(size) channels") }
            func normalize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let x = tensor.dense
                let y = x.transposed(permutation: ChannelOrder.last(rank: x.rank)).locallyNormalized(
                    size: size, alpha: call.real("alpha", default: 1e-4), beta: call.real("beta", default: 0.75),
                    bias: call.real("bias", default: 1))
                return try call.input(0).with(y.transposed(permutation: ChannelOrder.second(rank: x.rank)))
            }
            guard try call.input(0).shape.count > 2 else { throw Unsupported("LRN of the shape \(try call.input(0).shape)") }
            return [try normalize(try call.real(0))]
        },
        "RMSNormalization": { call in
            let x = try call.input(0), axis = try call.axis(default: -1, rank: x.shape.count)
            func normalize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let rows = tensor.dense.reshaped(to: [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)])
                let scale = (try call.tensor(1, T.Scalar.self)).broadcast(to: Array(x.shape[axis...])).reshaped(to: [rows.shape[1]])
                return try x.with(
                    rows.rootMeanSquareNormalized(scale: scale, epsilon: call.real("epsilon", default: 1e-5)).reshaped(to: x.shape))
            }
            return [try normalize(try call.real(0))]
        },
        "MeanVarianceNormalization": { call in
            let axes = try call.resolved(call.integers("axes") ?? [0, 2, 3], rank: try call.input(0).shape.count)
            func normalize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let centered = tensor.dense - tensor.dense.mean(along: axes, keepingAxes: true)
                let deviation = centered.squared().mean(along: axes, keepingAxes: true).squareRoot()
                return try call.input(0).with(centered / (deviation + T.Scalar(1e-9)))
            }
            return [try normalize(try call.real(0))]
        },
        "LpNormalization": { call in
            let axis = try call.axis(default: -1, rank: try call.input(0).shape.count), exponent = call.integer("p", default: 2)
            func normalize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
                let x = tensor.dense
                let norm =
                    exponent == 1
                    ? x.absoluteValue().sum(along: [axis], keepingAxes: true)
                    : x.squared().sum(along: [axis], keepingAxes: true).squareRoot()
                return try call.input(0).with(x / norm)
            }
            return [try normalize(try call.real(0))]
        },
    ]

    private static func batchNormalized(_ call: OperatorCall) throws -> [OnnxValue] {
        let x = try call.input(0), rank = x.shape.count, epsilon = call.real("epsilon", default: 1e-5)
        guard rank >= 2 else { throw InvalidCase("BatchNormalization of the shape \(x.shape)") }
        for operand in 1..<5 where try call.input(operand).shape != [x.shape[1]] {
            throw InvalidCase("BatchNormalization of \(x.shape): operand \(operand) has the shape \(try call.input(operand).shape)")
        }
        func normalize<T: RealTensor>(_ tensor: T) throws -> [OnnxValue] {
            let rows = tensor.dense.transposed(permutation: ChannelOrder.last(rank: rank))
            let scale: Tensor<T.Scalar> = try call.tensor(1), shift: Tensor<T.Scalar> = try call.tensor(2)
            let mean: Tensor<T.Scalar> = try call.tensor(3), variance: Tensor<T.Scalar> = try call.tensor(4)
            func back(_ y: Tensor<T.Scalar>) throws -> OnnxValue { try x.with(y.transposed(permutation: ChannelOrder.second(rank: rank))) }
            guard call.flag("training_mode") else {
                return [try back(rows.normalized(mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon))]
            }
            let (y, batchMean, batchVariance) = rows.batchNormalized(scale: scale, shift: shift, epsilon: epsilon)
            let momentum = T.Scalar(call.real("momentum", default: 0.9))
            return [
                try back(y), try x.with(mean * momentum + batchMean * (1 - momentum)),
                try x.with(variance * momentum + batchVariance * (1 - momentum)),
            ]
        }
        return try normalize(try call.real(0))
    }

    private static func layerNormalized(_ call: OperatorCall) throws -> [OnnxValue] {
        let x = try call.input(0), axis = try call.axis(default: -1, rank: x.shape.count), epsilon = call.real("epsilon", default: 1e-5)
        let tail = Array(x.shape[axis...]), columns = tail.reduce(1, *)
        func normalize<T: RealTensor>(_ tensor: T) throws -> [OnnxValue] {
            let rows = tensor.dense.reshaped(to: [x.shape[..<axis].reduce(1, *), columns])
            func channels(_ operand: Int, _ value: T.Scalar) throws -> Tensor<T.Scalar> {
                guard let given: Tensor<T.Scalar> = try call.optionalTensor(operand) else {
                    return Tensor(repeating: value, shape: [columns])
                }
                return given.broadcast(to: tail).reshaped(to: [columns])
            }
            let y = rows.layerNormalized(scale: try channels(1, 1), shift: try channels(2, 0), epsilon: epsilon)
            let kept = x.shape[..<axis] + tail.map { _ in 1 }
            let inverse = (rows.variance(along: [1]) + T.Scalar(epsilon)).squareRoot().reciprocal()
            return [
                try x.with(y.reshaped(to: x.shape)), try x.with(rows.mean(along: [1]).reshaped(to: Array(kept))),
                try x.with(inverse.reshaped(to: Array(kept))),
            ]
        }
        return try normalize(try call.real(0))
    }

    private static func groupNormalized(_ call: OperatorCall, groups: Int) throws -> OnnxValue {
        let x = try call.input(0), rank = x.shape.count
        guard rank >= 3, groups > 0, x.shape[1] % groups == 0 else { throw InvalidCase("\(groups) groups of the shape \(x.shape)") }
        let share = x.shape[1] / groups
        func normalize<T: RealTensor>(_ tensor: T) throws -> OnnxValue {
            func channels(_ operand: Int) throws -> Tensor<T.Scalar> {
                let given: Tensor<T.Scalar> = try call.tensor(operand)
                if given.shape == [x.shape[1]] { return given }
                guard given.shape == [groups] else { throw InvalidCase("operand \(operand) has the shape \(given.shape)") }
                return given.reshaped(to: [groups, 1]).broadcast(to: [groups, share]).reshaped(to: [x.shape[1]])
            }
            let y = tensor.dense.transposed(permutation: ChannelOrder.last(rank: rank)).groupNormalized(
                groups: groups, scale: try channels(1), shift: try channels(2), epsilon: call.real("epsilon", default: 1e-5))
            return try x.with(y.transposed(permutation: ChannelOrder.second(rank: rank)))
        }
        return try normalize(try call.real(0))
    }
}
