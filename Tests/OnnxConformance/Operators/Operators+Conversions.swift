import DMTensors

extension Operators {
    /// Conversions, and what changes nothing at inference.
    static let conversions: [String: OnnxOperator] = [
        "Cast": { call in
            let code = call.integer("to")
            guard let type = ElementType(rawValue: Int64(code)) else { throw Unsupported("elements of the type number \(code)") }
            return [try converted(call, to: type)]
        },
        "CastLike": { call in [try converted(call, to: try call.input(1).type)] },
        "Identity": { call in [try call.input(0)] },
        "Dropout": { call in
            let x = try call.input(0)
            // In training only what drops nothing can be foretold.
            let isTraining = call.optional(2)?.tensor.converted(to: Bool.self).scalars.first ?? false
            let ratio = call.optional(1)?.tensor.converted(to: Double.self).scalars.first ?? call.real("ratio", default: 0.5)
            if isTraining && ratio != 0 { throw Unsupported("random numbers of another generator") }
            return [x, OnnxValue(Tensor(repeating: true, shape: x.shape))]
        },
    ]

    private static func converted(_ call: OperatorCall, to type: ElementType) throws -> OnnxValue {
        let x = try call.input(0)
        // Up to version 23 the reference implementation cuts bfloat16 off; from then on it rounds.
        guard type == .bfloat16, call.operatorSet < 24, let single = x.tensor as? Tensor<Float> else {
            return try OnnxValue(x.tensor, as: type)
        }
        return try OnnxValue(Tensor(single.scalars.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }, shape: x.shape), as: type)
    }
}
