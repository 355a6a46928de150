import DMTensors

/// Elementary functions, element by element.
extension Variable {
    /// `eˣ`, element by element.
    public func exp() -> Variable {
        .apply(.exponential, self) { x in
            let y = x.exp()
            return (y, { $0 * y })
        }
    }

    /// The natural logarithm, element by element.
    public func log() -> Variable {
        .apply(.logarithm, self) { x in (x.log(), { $0 / x }) }
    }

    /// `√x`, element by element; the derivative `1 / 2√x` is infinite at 0.
    public func squareRoot() -> Variable {
        .apply(.squareRoot, self) { x in
            let y = x.squareRoot()
            return (y, { $0 / y * 0.5 })
        }
    }

    /// `x²`, element by element.
    public func squared() -> Variable {
        .apply(.square, self) { x in (x.squared(), { $0 * x * 2 }) }
    }

    /// `1 / x`, element by element.
    public func reciprocal() -> Variable {
        .apply(.reciprocal, self) { x in
            let y = x.reciprocal()
            return (y, { -($0 * y.squared()) })
        }
    }

    /// `|x|`, element by element; the derivative at 0 is taken to be 0.
    public func absoluteValue() -> Variable {
        .apply(.absoluteValue, self) { x in
            (
                x.absoluteValue(),
                { gradient in
                    let falling = select(where: x.isLess(than: 0), -gradient, Tensor(0))
                    return select(where: x.isGreater(than: 0), gradient, falling)
                }
            )
        }
    }

    /// `sin x`, element by element, of angles in radians.
    public func sine() -> Variable {
        .apply(.sine, self) { x in (x.sine(), { $0 * x.cosine() }) }
    }

    /// `cos x`, element by element, of angles in radians.
    public func cosine() -> Variable {
        .apply(.cosine, self) { x in (x.cosine(), { -($0 * x.sine()) }) }
    }

    /// `xᵖ`, element by element.
    ///
    /// - Parameter exponent: p; if it is not whole, elements below 0 give NaN.
    public func power(_ exponent: Scalar) -> Variable {
        .apply(.power, self) { x in
            (
                x.power(exponent),
                // At p = 0 the formula would be 0 · 0⁻¹ where x is 0.
                { exponent == 0 ? Tensor(repeating: 0, shape: x.shape) : $0 * x.power(exponent - 1) * exponent }
            )
        }
    }

    /// `xʸ`, element by element; shapes broadcast.
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

    /// The nearest number within `range`, element by element; the derivative is 1 within the range, its ends
    /// included, and 0 outside.
    ///
    /// - Parameter range: The least and the greatest result.
    public func clamped(to range: ClosedRange<Scalar>) -> Variable {
        .apply(.clamp, self) { x in
            let y = x.clamped(to: range)
            return (y, { select(where: x.isEqual(to: y), $0, Tensor(0)) })
        }
    }
}
