import DMTensors
import Foundation

extension Operators {
    /// Steps of optimizers (the domain ai.onnx.preview.training).
    static let training: [String: OnnxOperator] = [
        "Adam": { call in
            let (first, second) = (call.real("alpha", default: 0.9), call.real("beta", default: 0.999))
            return try stepped(call, states: 2) { (step: TrainingStep<Float>, x, gradient, states) in
                let corrections = step.count > 0 ? (1 - pow(first, step.count), 1 - pow(second, step.count)) : (1, 1)
                // ONNX adds epsilon before the square's correction, the library after it.
                var (mean, square) = (states[0], states[1])
                x.descend(
                    along: gradient, mean: &mean, square: &square, rate: step.rate, betas: (first, second),
                    corrections: corrections,
                    epsilon: call.real("epsilon", default: 1e-6) / corrections.1.squareRoot(), decay: 0)
                states = [mean, square]
                x *= Float(1 - call.real("norm_coefficient_post", default: 0))
            }
        },
        "Momentum": { call in
            let (kept, gain) = (call.real("alpha", default: 0), call.real("beta", default: 0))
            let isNesterov = call.text("mode", default: "standard") == "nesterov"
            return try stepped(call, states: 1) { (step: TrainingStep<Float>, x, gradient, states) in
                let scaled = step.count > 0 ? gradient * Float(gain) : gradient, old = x
                x.descend(along: scaled, velocity: &states[0], rate: step.rate, momentum: kept, decay: 0)
                if isNesterov { x = old - (gradient + states[0] * Float(kept)) * Float(step.rate) }
            }
        },
        "Adagrad": { call in
            try stepped(call, states: 1) { (step: TrainingStep<Float>, x, gradient, states) in
                states[0] += gradient.squared()
                let rate = step.rate / (1 + step.count * call.real("decay_factor", default: 0))
                x -= gradient * Float(rate) / (states[0].squareRoot() + Float(call.real("epsilon", default: 1e-6)))
            }
        },
    ]

    /// The learning rate and the number of steps before this one.
    private struct TrainingStep<Scalar: FloatingPointScalar> {
        let rate: Double
        let count: Double
    }

    /// One step of several parameters: operands are rate, count, parameters, gradients and each kind of state.
    private static func stepped(
        _ call: OperatorCall, states: Int,
        _ step: (TrainingStep<Float>, inout Tensor<Float>, Tensor<Float>, inout [Tensor<Float>]) throws -> Void
    ) throws -> [OnnxValue] {
        let count = (call.inputs.count - 2) / (2 + states)
        guard call.inputs.count >= 2, count * (2 + states) + 2 == call.inputs.count else {
            throw InvalidCase("\(call.node.operation) of \(call.inputs.count) operands")
        }
        let rate = try call.input(0).tensor.converted(to: Double.self).scalar,
            time = try call.input(1).tensor.converted(to: Double.self).scalar
        let decay = Float(call.real("norm_coefficient", default: 0))
        var results: [[OnnxValue]] = Array(repeating: [], count: 1 + states)
        for index in 0..<count {
            var x: Tensor<Float> = try call.tensor(2 + index)
            let gradient: Tensor<Float> = try call.tensor(2 + count + index)
            var own: [Tensor<Float>] = try (0..<states).map { try call.tensor(2 + (2 + $0) * count + index) }
            guard ([gradient] + own).allSatisfy({ $0.shape == x.shape }) else {
                throw InvalidCase("\(call.node.operation) of unequal shapes")
            }
            try step(TrainingStep(rate: rate, count: time), &x, gradient + x * decay, &own)
            for (kind, result) in ([x] + own).enumerated() { results[kind].append(OnnxValue(result)) }
        }
        return results.flatMap { $0 }
    }
}

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
