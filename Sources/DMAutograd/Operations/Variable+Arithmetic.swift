import DMTensors

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
