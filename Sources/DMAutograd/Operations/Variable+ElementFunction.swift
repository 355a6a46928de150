public import DMTensors

extension Variable {
    /// A function of each element; where it has a kink, the derivative from one side.
    public func applying(_ function: ElementFunction) -> Variable {
        .apply(function.operation, self) { x in (x.applying(function), { x.pullback(of: $0, through: function) }) }
    }

    /// x to the power of y, element by element; shapes broadcast.
    ///
    /// The derivative by y is taken to be 0 where x is 0.
    ///
    /// - Parameter exponents: y; where it is not whole, elements of x below 0 give NaN.
    public func power(_ exponents: Variable) -> Variable {
        .apply(.raise, self, exponents) { x, y in
            let z = x.power(y)
            return (
                z,
                { ($0 * y * x.power(y - 1)).summed(to: x.shape) },
                { ($0 * select(where: x.isEqual(to: 0), Tensor(0), z * x.log())).summed(to: y.shape) }
            )
        }
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
