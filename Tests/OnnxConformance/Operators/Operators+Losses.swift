import DMTensors

extension Operators {
    /// Both cross-entropies.
    static let losses: [String: OnnxOperator] = [
        "NegativeLogLikelihoodLoss": { call in
            func measure<T: RealTensor>(_ tensor: T) throws -> [OnnxValue] {
                [try loss(call, tensor.dense.transposed(permutation: try classesLast(tensor.shape)))]
            }
            return try measure(try call.real(0))
        },
        "SoftmaxCrossEntropyLoss": { call in
            func measure<T: RealTensor>(_ tensor: T) throws -> [OnnxValue] {
                let order = try classesLast(tensor.shape)
                let logProbabilities = tensor.dense.transposed(permutation: order).logSoftmax()
                let back = order.indices.sorted { order[$0] < order[$1] }
                return [try loss(call, logProbabilities), try call.input(0).with(logProbabilities.transposed(permutation: back))]
            }
            return try measure(try call.real(0))
        },
    ]

    /// `[n, c, ...]` as `[n, ..., c]`.
    private static func classesLast(_ shape: [Int]) throws -> [Int] {
        guard shape.count >= 2, shape[1] > 0 else { throw InvalidCase("a loss of the shape \(shape)") }
        return ChannelOrder.last(rank: shape.count)
    }

    private static func loss<Scalar: FloatingPointScalar>(_ call: OperatorCall, _ logProbabilities: Tensor<Scalar>) throws -> OnnxValue {
        let targets = try call.positions(1), weights: Tensor<Scalar>? = try call.optionalTensor(2)
        let ignored = call.optionalInteger("ignore_index").map { Int32(truncatingIfNeeded: $0) }, classes = logProbabilities.shape.last!
        guard targets.shape[...] == logProbabilities.shape.dropLast(), weights.map({ $0.shape == [classes] }) ?? true,
            targets.scalars.allSatisfy({ $0 == ignored || (0..<Int32(classes)).contains($0) })
        else { throw InvalidCase("targets \(targets.shape) of \(classes) classes for the shape \(logProbabilities.shape)") }
        let reduction: LossReduction
        switch call.text("reduction", default: "mean") {
        case "none": reduction = .none
        case "sum": reduction = .sum
        case "mean": reduction = .mean
        case let other: throw Unsupported("the reduction '\(other)'")
        }
        return try call.input(0).with(
            negativeLogLikelihood(logProbabilities, targets, weights: weights, ignoring: ignored, reduction: reduction))
    }
}
