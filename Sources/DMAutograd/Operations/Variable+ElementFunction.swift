public import DMTensors

extension Variable {
    /// A function of each element; where it has a kink, the derivative from one side.
    public func applying(_ function: ElementFunction) -> Variable {
        .apply(function.operation, self) { x in (x.applying(function), { x.pullback(of: $0, through: function) }) }
    }
}

extension ElementFunction {
    /// What the function is called in the graph.
    fileprivate var operation: Operation {
        switch self {
        case .tangent: .tangent
        case .arcsine: .arcsine
        case .arccosine: .arccosine
        case .arctangent: .arctangent
        case .hyperbolicSine: .hyperbolicSine
        case .hyperbolicCosine: .hyperbolicCosine
        case .inverseHyperbolicSine: .inverseHyperbolicSine
        case .inverseHyperbolicCosine: .inverseHyperbolicCosine
        case .inverseHyperbolicTangent: .inverseHyperbolicTangent
        case .errorFunction: .errorFunction
        case .leakyReLU: .leakyReLU
        case .elu: .elu
        case .selu: .selu
        case .celu: .celu
        case .hardSigmoid: .hardSigmoid
        case .hardSwish: .hardSwish
        case .mish: .mish
        case .softplus: .softplus
        case .softsign: .softsign
        case .thresholdedReLU: .thresholdedReLU
        case .shrink: .shrink
        case .swish: .swish
        case .tanhGELU: .tanhGELU
        }
    }
}
