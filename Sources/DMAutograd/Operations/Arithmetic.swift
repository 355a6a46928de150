public import DMTensors

/// Arithmetic, element by element. Shapes broadcast as in NumPy: aligned at the last axis, an axis
/// of extent 1 (or a missing one) repeats. The gradient of what was repeated is summed.
extension Variable {
    /// `x + y`, element by element.
    ///
    /// - Precondition: The shapes broadcast.
    public static func + (x: Variable, y: Variable) -> Variable {
        .apply(.add, x, y) { x, y in
            let (xShape, yShape) = (x.shape, y.shape)
            return (x + y, { $0.summed(to: xShape) }, { $0.summed(to: yShape) })
        }
    }

    /// `x - y`, element by element.
    ///
    /// - Precondition: The shapes broadcast.
    public static func - (x: Variable, y: Variable) -> Variable {
        .apply(.subtract, x, y) { x, y in
            let (xShape, yShape) = (x.shape, y.shape)
            return (x - y, { $0.summed(to: xShape) }, { -$0.summed(to: yShape) })
        }
    }

    /// `x · y`, element by element.
    ///
    /// - Precondition: The shapes broadcast.
    public static func * (x: Variable, y: Variable) -> Variable {
        .apply(.multiply, x, y) { x, y in
            let (xShape, yShape) = (x.shape, y.shape)
            return (x * y, { ($0 * y).summed(to: xShape) }, { ($0 * x).summed(to: yShape) })
        }
    }

    /// `x / y`, element by element.
    ///
    /// - Precondition: The shapes broadcast.
    public static func / (x: Variable, y: Variable) -> Variable {
        .apply(.divide, x, y) { x, y in
            let quotient = x / y
            let xShape = x.shape
            return (quotient, { ($0 / y).summed(to: xShape) }, { -($0 * quotient / y).summed(to: y.shape) })
        }
    }

    /// `-x`, element by element.
    public static prefix func - (x: Variable) -> Variable {
        .apply(.negate, x) { x in (-x, { -$0 }) }
    }

    /// Adds `y` to `x`; the former value stays in the graph.
    public static func += (x: inout Variable, y: Variable) { x = x + y }

    /// Subtracts `y` from `x`; the former value stays in the graph.
    public static func -= (x: inout Variable, y: Variable) { x = x - y }

    /// Multiplies `x` by `y`; the former value stays in the graph.
    public static func *= (x: inout Variable, y: Variable) { x = x * y }

    /// Divides `x` by `y`; the former value stays in the graph.
    public static func /= (x: inout Variable, y: Variable) { x = x / y }
}

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

/// The greater of two elements; where they are equal each gets half of the gradient.
///
/// - Parameters:
///   - x: Of any shape.
///   - y: Of a shape that broadcasts with that of `x`.
public func maximum<Scalar>(_ x: Variable<Scalar>, _ y: Variable<Scalar>) -> Variable<Scalar> {
    .apply(.maximum, x, y) { x, y in
        (maximum(x, y), { preferred(x, over: y, $0).summed(to: x.shape) }, { preferred(y, over: x, $0).summed(to: y.shape) })
    }
}

/// The lesser of two elements; where they are equal each gets half of the gradient.
///
/// - Parameters:
///   - x: Of any shape.
///   - y: Of a shape that broadcasts with that of `x`.
public func minimum<Scalar>(_ x: Variable<Scalar>, _ y: Variable<Scalar>) -> Variable<Scalar> {
    .apply(.minimum, x, y) { x, y in
        (minimum(x, y), { preferred(y, over: x, $0).summed(to: x.shape) }, { preferred(x, over: y, $0).summed(to: y.shape) })
    }
}

/// The gradient where `x` is above `y`, half of it where they are equal, 0 elsewhere.
private func preferred<Scalar: FloatingPointScalar>(
    _ x: Tensor<Scalar>, over y: Tensor<Scalar>, _ gradient: Tensor<Scalar>
) -> Tensor<Scalar> {
    let elsewhere = select(where: x.isEqual(to: y), gradient * 0.5, Tensor(0))
    return select(where: x.isGreater(than: y), gradient, elsewhere)
}

/// An element of `x` where `mask` holds, of `y` elsewhere.
///
/// - Parameters:
///   - mask: Of any shape.
///   - x: Of a shape that broadcasts with the mask's and that of `y`.
///   - y: Of a shape that broadcasts with the mask's and that of `x`.
public func select<Scalar>(where mask: Tensor<Bool>, _ x: Variable<Scalar>, _ y: Variable<Scalar>) -> Variable<Scalar> {
    .apply(.select, x, y) { x, y in
        let (xShape, yShape) = (x.shape, y.shape)
        return (
            select(where: mask, x, y),
            { select(where: mask, $0, Tensor(0)).summed(to: xShape) },
            { select(where: mask, Tensor(0), $0).summed(to: yShape) }
        )
    }
}

/// The adjoint of broadcasting: the gradient of an operand that was repeated is the sum over its copies.
extension Tensor where Scalar: FloatingPointScalar {
    /// The sum over all axes along which a tensor of shape `operand` was repeated to become this one's.
    ///
    /// - Parameter operand: A shape that broadcasts to this tensor's.
    func summed(to operand: [Int]) -> Tensor {
        if shape == operand { return self }
        let added = rank - operand.count
        let repeated = shape.indices.filter { $0 < added || (operand[$0 - added] == 1 && shape[$0] != 1) }
        return sum(along: repeated, keepingAxes: true).reshaped(to: operand)
    }
}
