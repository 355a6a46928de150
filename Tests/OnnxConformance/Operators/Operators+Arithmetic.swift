import DMTensors

extension Operators {
    /// Arithmetic of two or more operands.
    static let arithmetic: [String: OnnxOperator] = [
        "Add": { [try combined($0, .sum)] },
        "Sub": { [try combined($0, .difference)] },
        "Mul": { [try combined($0, .product)] },
        "Div": { [try combined($0, .quotient)] },
        "Mod": { [try combined($0, $0.flag("fmod") ? .remainder : .modulo)] },
        "Sum": { [try folded($0, .sum)] },
        "Max": { [try folded($0, .maximum)] },
        "Min": { [try folded($0, .minimum)] },
        "Mean": { call in
            let sum = try folded(call, .sum)
            return [try Operators.combined(call, sum, try sum.with(Tensor(Double(call.inputs.count))), .quotient)]
        },
        "Pow": { call in
            // Bases and exponents may have different types; the result has that of the base.
            let exponents = try call.input(1).tensor
            func raised<T: NumericTensor>(_ x: T) throws -> OnnxValue {
                guard let real = x as? Tensor<Float> else {
                    return try call.input(0).with(x.converted(to: Double.self).power(exponents.converted(to: Double.self)))
                }
                return try call.input(0).with(real.power(exponents.converted(to: Float.self)))
            }
            return [try raised(try call.numeric(0))]
        },
        "Clip": { call in
            func clipped<T: NumericTensor>(_ x: T) throws -> OnnxValue {
                var y = x.dense
                if let least = try call.optionalTensor(1, T.Scalar.self) { y = maximum(y, least.reshaped(to: [])) }
                if let greatest = try call.optionalTensor(2, T.Scalar.self) { y = minimum(y, greatest.reshaped(to: [])) }
                // Settings up to version 6.
                if let least = call.optionalReal("min") { y = maximum(y, Tensor(converting: Tensor(least))) }
                if let greatest = call.optionalReal("max") { y = minimum(y, Tensor(converting: Tensor(greatest))) }
                return try call.input(0).with(y)
            }
            return [try clipped(try call.numeric(0))]
        },
    ]

    private enum Combination { case sum, difference, product, quotient, remainder, modulo, maximum, minimum }

    private static func combined(_ call: OperatorCall, _ combination: Combination) throws -> OnnxValue {
        try combined(call, try call.input(0), try call.input(1), combination)
    }

    /// All operands, combined one after another.
    private static func folded(_ call: OperatorCall, _ combination: Combination) throws -> OnnxValue {
        try call.inputs.indices.dropFirst().reduce(try call.input(0)) { try combined(call, $0, try call.input($1), combination) }
    }

    private static func combined(_ call: OperatorCall, _ x: OnnxValue, _ y: OnnxValue, _ combination: Combination) throws -> OnnxValue {
        func apply<T: NumericTensor>(_ a: T) throws -> OnnxValue {
            guard let b = y.tensor as? Tensor<T.Scalar> else {
                throw InvalidCase("\(call.node.operation) of the types \(x.type) and \(y.type)")
            }
            let a = a.dense
            switch combination {
            case .sum: return try x.with(a + b)
            case .difference: return try x.with(a - b)
            case .product: return try x.with(a * b)
            case .remainder: return try x.with(a.remainder(dividingBy: b))
            case .modulo: return try x.with(a.modulo(b))
            case .maximum: return try x.with(maximum(a, b))
            case .minimum: return try x.with(minimum(a, b))
            case .quotient: return try quotient(a, b)
            }
        }
        func quotient(_ a: any NumericTensor, _ b: any NumericTensor) throws -> OnnxValue {
            switch (a, b) {
            case (let a as Tensor<Float>, let b as Tensor<Float>): try x.with(a / b)
            case (let a as Tensor<Double>, let b as Tensor<Double>): try x.with(a / b)
            case (let a as Tensor<Int32>, let b as Tensor<Int32>): try x.with(a / b)
            case (let a as Tensor<Int64>, let b as Tensor<Int64>): try x.with(a / b)
            case (let a as Tensor<UInt8>, let b as Tensor<UInt8>): try x.with(a / b)
            default: throw Unsupported("\(call.node.operation) of the type \(x.type)")
            }
        }
        guard let tensor = x.tensor as? any NumericTensor else { throw Unsupported("\(call.node.operation) of the type \(x.type)") }
        return try apply(tensor)
    }
}
