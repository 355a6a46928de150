import DMTensors

extension Operators {
    /// Comparisons, logic and choices.
    static let comparisons: [String: OnnxOperator] = [
        "Less": { [try compared($0, .less)] },
        "LessOrEqual": { [try compared($0, .lessOrEqual)] },
        "Greater": { [try compared($0, .greater)] },
        "GreaterOrEqual": { [try compared($0, .greaterOrEqual)] },
        "Equal": { [try compared($0, .equal)] },
        "And": { [OnnxValue((try $0.tensor(0) as Tensor<Bool>) .& (try $0.tensor(1)))] },
        "Or": { [OnnxValue((try $0.tensor(0) as Tensor<Bool>) .| (try $0.tensor(1)))] },
        "Xor": { [OnnxValue((try $0.tensor(0) as Tensor<Bool>) .!= (try $0.tensor(1)))] },
        "Not": { [OnnxValue(.!(try $0.tensor(0) as Tensor<Bool>))] },
        "IsNaN": { call in
            func find<T: RealTensor>(_ x: T) -> OnnxValue { OnnxValue(x.dense.isNaN()) }
            return [find(try call.real(0))]
        },
        "IsInf": { call in
            let (above, below) = (call.flag("detect_positive", default: true), call.flag("detect_negative", default: true))
            func find<T: RealTensor>(_ x: T) -> OnnxValue {
                let signs = ((x.dense .> 0) .& Tensor(above)) .| ((x.dense .< 0) .& Tensor(below))
                return OnnxValue(x.dense.isInfinite() .& signs)
            }
            return [find(try call.real(0))]
        },
        "Where": { call in
            func choose<T: DenseTensor>(_ x: T) throws -> OnnxValue {
                try call.input(1).with(select(where: try call.tensor(0), x.dense, try call.tensor(2)))
            }
            return [try choose(try call.input(1).tensor)]
        },
    ]

    private enum Comparison { case less, lessOrEqual, greater, greaterOrEqual, equal }

    private static func compared(_ call: OperatorCall, _ comparison: Comparison) throws -> OnnxValue {
        func apply<T: NumericTensor>(_ x: T) throws -> OnnxValue {
            let (x, y): (Tensor<T.Scalar>, Tensor<T.Scalar>) = (x.dense, try call.tensor(1))
            switch comparison {
            case .less: return OnnxValue(x .< y)
            case .lessOrEqual: return OnnxValue(x .<= y)
            case .greater: return OnnxValue(x .> y)
            case .greaterOrEqual: return OnnxValue(x .>= y)
            case .equal: return OnnxValue(x .== y)
            }
        }
        if comparison == .equal, let x = try call.input(0).tensor as? Tensor<Bool> { return OnnxValue(x .== (try call.tensor(1))) }
        return try apply(try call.numeric(0))
    }
}
