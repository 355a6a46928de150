public import DMTensors

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
    let elsewhere = select(where: x .== y, gradient * 0.5, Tensor(0))
    return select(where: x .> y, gradient, elsewhere)
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
