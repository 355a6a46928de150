import DMTensors

/// The variables one behind the other along an axis.
///
/// - Parameters:
///   - variables: At least one; all extents but that of the axis are equal.
///   - axis: The axis along which they follow each other.
public func concatenated<Scalar>(_ variables: [Variable<Scalar>], along axis: Int) -> Variable<Scalar> {
    .apply(.concatenate, variables) { tensors, isWanted in
        let shapes = tensors.map(\.shape)
        return (
            concatenated(tensors, along: axis),
            { gradient in
                var start = 0
                return zip(shapes, isWanted).map { shape, isWanted in
                    let end = start + shape[axis < 0 ? axis + shape.count : axis]
                    defer { start = end }
                    return isWanted ? gradient.sliced(along: axis, from: start, to: end) : nil
                }
            }
        )
    }
}

/// The variables as slices of a new leading axis.
///
/// - Parameter variables: At least one, all of one shape.
/// - Returns: Of shape `[variables.count]` followed by that of each.
public func stacked<Scalar>(_ variables: [Variable<Scalar>]) -> Variable<Scalar> {
    .apply(.stack, variables) { tensors, isWanted in
        (stacked(tensors), { gradient in isWanted.enumerated().map { $1 ? gradient[$0] : nil } })
    }
}
