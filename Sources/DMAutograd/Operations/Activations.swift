public import DMTensors

/// Activation functions, element by element.
extension Variable {
    /// `tanh x`, element by element.
    public func tanh() -> Variable {
        .apply(.hyperbolicTangent, self) { x in
            let y = x.tanh()
            return (y, { $0 * (1 - y.squared()) })
        }
    }

    /// `σ(x) = 1 / (1 + e⁻ˣ)`, element by element.
    public func sigmoid() -> Variable {
        .apply(.sigmoid, self) { x in
            let y = x.sigmoid()
            return (y, { $0 * y * (1 - y) })
        }
    }

    /// `log σ(x)`, element by element, without overflow for either sign.
    public func logSigmoid() -> Variable {
        .apply(.logSigmoid, self) { x in (x.logSigmoid(), { $0 * (-x).sigmoid() }) }
    }

    /// The rectified linear unit (ReLU) `max(x, 0)`, element by element; the derivative at 0 is taken to be 0.
    public func relu() -> Variable {
        .apply(.relu, self) { x in
            let y = x.relu()
            return (y, { y.reluPullback($0) })
        }
    }

    /// The exact Gaussian error linear unit (GELU) `x · Φ(x)`, element by element, where Φ is the distribution function
    /// of the standard normal distribution. Hendrycks and Gimpel, arXiv:1606.08415.
    public func gelu() -> Variable {
        .apply(.gelu, self) { x in (x.gelu(), { x.geluPullback($0) }) }
    }
}

extension Variable {
    /// The softmax along the last axis, `eˣⁱ / Σⱼ eˣʲ`, without overflow.
    ///
    /// - Precondition: There is at least one axis.
    public func softmax() -> Variable {
        .apply(.softmax, self) { x in
            let y = x.softmax()
            return (y, { y.softmaxPullback($0) })
        }
    }

    /// The logarithm of the softmax along the last axis, `xᵢ - log Σⱼ eˣʲ`, without overflow.
    ///
    /// - Precondition: There is at least one axis.
    public func logSoftmax() -> Variable {
        .apply(.logSoftmax, self) { x in
            let y = x.logSoftmax()
            return (y, { $0 - y.exp() * $0.sum(along: [y.rank - 1], keepingAxes: true) })
        }
    }
}

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
