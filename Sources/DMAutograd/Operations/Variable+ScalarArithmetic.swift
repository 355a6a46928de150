import DMTensors

/// Arithmetic with one constant number.
extension Variable {
    /// `x + a` for each element of `x`.
    public static func + (x: Variable, a: Scalar) -> Variable {
        .apply(.addScalar, x) { x in (x + a, { $0 }) }
    }

    /// `a + x` for each element of `x`.
    public static func + (a: Scalar, x: Variable) -> Variable { x + a }

    /// `x - a` for each element of `x`.
    public static func - (x: Variable, a: Scalar) -> Variable { x + -a }

    /// `a - x` for each element of `x`.
    public static func - (a: Scalar, x: Variable) -> Variable {
        .apply(.subtractFromScalar, x) { x in (a - x, { -$0 }) }
    }

    /// `x · a` for each element of `x`.
    public static func * (x: Variable, a: Scalar) -> Variable {
        .apply(.multiplyByScalar, x) { x in (x * a, { $0 * a }) }
    }

    /// `a · x` for each element of `x`.
    public static func * (a: Scalar, x: Variable) -> Variable { x * a }

    /// `x / a` for each element of `x`.
    public static func / (x: Variable, a: Scalar) -> Variable {
        .apply(.divideByScalar, x) { x in (x / a, { $0 / a }) }
    }

    /// `a / x` for each element of `x`.
    public static func / (a: Scalar, x: Variable) -> Variable {
        .apply(.divideScalar, x) { x in
            let quotient = a / x
            return (quotient, { -($0 * quotient / x) })
        }
    }
}
