import DMTensors

extension Operators {
    /// Functions of each element.
    static let elementFunctions: [String: OnnxOperator] = [
        "Tan": function { _ in .tangent },
        "Asin": function { _ in .arcsine },
        "Acos": function { _ in .arccosine },
        "Atan": function { _ in .arctangent },
        "Sinh": function { _ in .hyperbolicSine },
        "Cosh": function { _ in .hyperbolicCosine },
        "Asinh": function { _ in .inverseHyperbolicSine },
        "Acosh": function { _ in .inverseHyperbolicCosine },
        "Atanh": function { _ in .inverseHyperbolicTangent },
        "Erf": function { _ in .errorFunction },
        "LeakyRelu": function { .leakyReLU(slope: $0.real("alpha", default: 0.01)) },
        "Elu": function { .elu(alpha: $0.real("alpha", default: 1)) },
        "Selu": function { .selu(alpha: $0.real("alpha", default: 1.67326), gamma: $0.real("gamma", default: 1.0507)) },
        "Celu": function { .celu(alpha: $0.real("alpha", default: 1)) },
        "HardSigmoid": function { .hardSigmoid(slope: $0.real("alpha", default: 0.2), offset: $0.real("beta", default: 0.5)) },
        "HardSwish": function { _ in .hardSwish },
        "Mish": function { _ in .mish },
        "Softplus": function { _ in .softplus },
        "Softsign": function { _ in .softsign },
        "ThresholdedRelu": function { .thresholdedReLU(threshold: $0.real("alpha", default: 1)) },
        "Shrink": function { .shrink(threshold: $0.real("lambd", default: 0.5), offset: $0.real("bias", default: 0)) },
        "Swish": function { .swish(beta: $0.real("alpha", default: 1)) },
        "Exp": function({ $0.exp() }, { $0.exp() }),
        "Log": function({ $0.log() }, { $0.log() }),
        "Sqrt": function({ $0.squareRoot() }, { $0.squareRoot() }),
        "Reciprocal": function({ $0.reciprocal() }, { $0.reciprocal() }),
        "Sin": function({ $0.sin() }, { $0.sin() }),
        "Cos": function({ $0.cos() }, { $0.cos() }),
        "Tanh": function({ $0.tanh() }, { $0.tanh() }),
        "Sigmoid": function({ $0.sigmoid() }, { $0.sigmoid() }),
        "Floor": function({ $0.floor() }, { $0.floor() }),
        "Ceil": function({ $0.ceiling() }, { $0.ceiling() }),
        "Round": function({ $0.rounded() }, { $0.rounded() }),
        "Relu": { call in
            func rectified<T: NumericTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(maximum(x.dense, Tensor(0))) }
            return [try rectified(try call.numeric(0))]
        },
        "Gelu": { call in
            func gelu<T: RealTensor>(_ x: T) throws -> OnnxValue {
                try call.input(0).with(call.text("approximate", default: "none") == "tanh" ? x.dense.applying(.tanhGELU) : x.dense.gelu())
            }
            return [try gelu(try call.real(0))]
        },
        "PRelu": { call in
            func rectified<T: RealTensor>(_ x: T) throws -> OnnxValue {
                let slope: Tensor<T.Scalar> = try call.tensor(1)
                return try call.input(0).with(select(where: x.dense .< 0, x.dense * slope, x.dense))
            }
            return [try rectified(try call.real(0))]
        },
        "Abs": { call in
            func absolute<T: NumericTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(x.dense * x.dense.sign()) }
            return [try absolute(try call.numeric(0))]
        },
        "Neg": { call in
            func negated<T: NumericTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(Tensor(0) - x.dense) }
            return [try negated(try call.numeric(0))]
        },
        "Sign": { call in
            func sign<T: NumericTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(x.dense.sign()) }
            return [try sign(try call.numeric(0))]
        },
    ]

    /// A function that the library has by name.
    private static func function(_ function: @escaping @Sendable (OperatorCall) -> ElementFunction) -> OnnxOperator {
        { call in
            func apply<T: RealTensor>(_ x: T) throws -> OnnxValue { try call.input(0).with(x.dense.applying(function(call))) }
            return [try apply(try call.real(0))]
        }
    }

    /// A function that the library has as a method of real tensors.
    private static func function(
        _ single: @escaping @Sendable (Tensor<Float>) -> Tensor<Float>, _ double: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
    ) -> OnnxOperator {
        { call in
            switch try call.real(0) {
            case let x as Tensor<Float>: [try call.input(0).with(single(x))]
            case let x as Tensor<Double>: [try call.input(0).with(double(x))]
            default: throw Unsupported("\(call.node.operation) of the type \(try call.input(0).type)")
            }
        }
    }
}
