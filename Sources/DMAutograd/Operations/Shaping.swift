public import DMTensors

/// The same elements under another shape, in another order, repeated, sliced or padded.
extension Variable {
    /// The same elements under another shape.
    ///
    /// - Parameter shape: Extents with the same product; one of them may be -1 and is worked out.
    public func reshaped(to shape: [Int]) -> Variable {
        .apply(.reshape, self) { x in
            let original = x.shape
            return (x.reshaped(to: shape), { $0.reshaped(to: original) })
        }
    }

    /// The same elements with the axes in another order: axis `i` of the result is axis `permutation[i]` of this.
    ///
    /// - Parameter permutation: Each axis once.
    public func transposed(permutation: [Int]) -> Variable {
        .apply(.transpose, self) { x in
            (
                x.transposed(permutation: permutation),
                { $0.transposed(permutation: permutation.indices.sorted { permutation[$0] < permutation[$1] }) }
            )
        }
    }

    /// The elements repeated to fill a shape.
    ///
    /// - Parameter shape: Ends with this variable's extents, save those that are 1.
    public func broadcast(to shape: [Int]) -> Variable {
        .apply(.broadcast, self) { x in
            let original = x.shape
            return (x.broadcast(to: shape), { $0.summed(to: original) })
        }
    }

    /// The part from position `start` to before position `end` along one axis.
    ///
    /// - Parameters:
    ///   - axis: The axis that is sliced.
    ///   - start: The first position.
    ///   - end: The position behind the last, at most the extent.
    public func sliced(along axis: Int, from start: Int, to end: Int) -> Variable {
        .apply(.slice, self) { x in
            let shape = x.shape
            return (
                x.sliced(along: axis, from: start, to: end),
                { gradient in
                    var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
                    let axis = axis < 0 ? axis + shape.count : axis
                    (before[axis], after[axis]) = (start, shape[axis] - end)
                    return gradient.padded(before: before, after: after, with: 0)
                }
            )
        }
    }

    /// Slice `index` of the leading axis, without that axis.
    ///
    /// - Parameter index: A position on the leading axis.
    public subscript(_ index: Int) -> Variable {
        sliced(along: 0, from: index, to: index + 1).reshaped(to: Array(shape.dropFirst()))
    }

    /// The elements surrounded by copies of one number.
    ///
    /// - Parameters:
    ///   - before: For each axis how many are put before.
    ///   - after: For each axis how many are put behind.
    ///   - scalar: The number.
    public func padded(before: [Int], after: [Int], with scalar: Scalar) -> Variable {
        .apply(.pad, self) { x in
            let shape = x.shape
            return (
                x.padded(before: before, after: after, with: scalar),
                { gradient in
                    shape.indices.reduce(gradient) { $0.sliced(along: $1, from: before[$1], to: before[$1] + shape[$1]) }
                }
            )
        }
    }
}

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

extension Variable {
    /// The variable repeated along its axes (`tile` in NumPy).
    ///
    /// - Parameter repetitions: For each axis how often, at least 0.
    public func tiled(_ repetitions: [Int]) -> Variable {
        checkShape(
            repetitions.count == shape.count && repetitions.allSatisfy { $0 >= 0 }, "cannot repeat \(shape) \(repetitions) times")
        return reshaped(to: shape.flatMap { [1, $0] })
            .broadcast(to: zip(repetitions, shape).flatMap { [$0, $1] })
            .reshaped(to: zip(repetitions, shape).map { $0 * $1 })
    }
}

extension Variable {
    /// The channels of images `[n, h, w, b · b · c]` laid out as blocks of b x b pixels `[n, h · b, w · b, c]` (pixel shuffle).
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b² divides the number of channels.
    public func depthToSpace(block: Int, order: BlockOrder = .pixelsFirst) -> Variable {
        .apply(.depthToSpace, self) { x in
            (x.depthToSpace(block: block, order: order), { $0.spaceToDepth(block: block, order: order) })
        }
    }

    /// Blocks of b x b pixels of images `[n, h · b, w · b, c]` put into the channels `[n, h, w, b · b · c]` (pixel unshuffle).
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b divides the height and the width.
    public func spaceToDepth(block: Int, order: BlockOrder = .pixelsFirst) -> Variable {
        .apply(.spaceToDepth, self) { x in
            (x.spaceToDepth(block: block, order: order), { $0.depthToSpace(block: block, order: order) })
        }
    }
}
