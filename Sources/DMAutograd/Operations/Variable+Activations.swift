import DMTensors

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

    /// `max(x, 0)`, element by element; the derivative at 0 is taken to be 0.
    public func relu() -> Variable {
        .apply(.relu, self) { x in
            let y = x.relu()
            return (y, { y.reluPullback($0) })
        }
    }

    /// `x · Φ(x)`, element by element, where Φ is the distribution function of the standard normal
    /// distribution: the exact Gaussian error linear unit (Hendrycks and Gimpel, arXiv:1606.08415).
    public func gelu() -> Variable {
        .apply(.gelu, self) { x in (x.gelu(), { x.geluPullback($0) }) }
    }
}
