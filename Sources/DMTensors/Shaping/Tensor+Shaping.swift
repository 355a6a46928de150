import CDMKernels

extension Tensor {
    /// The tensor with its axes in another order.
    ///
    /// - Parameter permutation: For each axis of the result the axis of this tensor.
    public func transposed(permutation: [Int]) -> Tensor {
        require(permutation.sorted() == Array(0..<rank), "cannot transpose \(shape) by the permutation \(permutation)")
        let steps = denseSteps(shape), extents = permutation.map { shape[$0] }
        return Tensor(shape: extents) { z in
            withUnsafeElements {
                copyElements(of: extents, from: $0, at: 0, steps: permutation.map { steps[$0] }, to: z, at: 0, steps: denseSteps(extents))
            }
        }
    }

    /// The tensor repeated along axes of extent 1, and along new leading axes.
    public func broadcast(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        require(
            shape.count >= rank && broadcastShape(self.shape, shape, "broadcast") == shape, "cannot broadcast \(self.shape) to \(shape)")
        return Tensor(shape: shape) { z in
            withUnsafeElements {
                copyElements(
                    of: shape, from: $0, at: 0, steps: broadcastSteps(self.shape, to: shape), to: z, at: 0, steps: denseSteps(shape))
            }
        }
    }

    /// The part of the tensor between two positions of an axis.
    ///
    /// - Parameters:
    ///   - axis: A negative one counts from the last.
    ///   - start: The first position of the part.
    ///   - end: The first position behind it.
    public func sliced(along axis: Int, from start: Int, to end: Int) -> Tensor {
        let axis = resolved([axis], "slice")[0]
        require(0 <= start && start <= end && end <= shape[axis], "no slice \(start)..<\(end) along axis \(axis) of \(shape)")
        let steps = denseSteps(shape)
        var extents = shape
        extents[axis] = end - start
        return Tensor(shape: extents) { z in
            withUnsafeElements {
                copyElements(of: extents, from: $0, at: start * steps[axis], steps: steps, to: z, at: 0, steps: denseSteps(extents))
            }
        }
    }

    /// The part at one position of the leading axis, which is dropped.
    public subscript(position: Int) -> Tensor {
        require(rank > 0 && (0..<shape[0]).contains(position), "no position \(position) in the shape \(shape)")
        return sliced(along: 0, from: position, to: position + 1).reshaped(to: Array(shape.dropFirst()))
    }

    /// The tensor with a border of one value.
    ///
    /// - Parameters:
    ///   - before: For each axis how many positions are put before the first.
    ///   - after: For each axis how many follow the last.
    ///   - value: What the border holds.
    public func padded(before: [Int], after: [Int], with value: Scalar) -> Tensor {
        require(
            before.count == rank && after.count == rank && (before + after).allSatisfy { $0 >= 0 },
            "cannot pad \(shape) by \(before) before and \(after) after")
        let extents = zip(shape, zip(before, after)).map { $0 + $1.0 + $1.1 }
        let steps = denseSteps(extents)
        return Tensor(shape: extents) { z in
            z.fill(with: value)
            withUnsafeElements {
                copyElements(
                    of: shape, from: $0, at: 0, steps: denseSteps(shape), to: z, at: zip(before, steps).reduce(0) { $0 + $1.0 * $1.1 },
                    steps: steps)
            }
        }
    }
}

/// Tensors put one behind the other along an axis.
///
/// - Parameters:
///   - tensors: At least one; all extents but that of `axis` are equal.
///   - axis: A negative one counts from the last.
public func concatenated<Scalar>(_ tensors: [Tensor<Scalar>], along axis: Int) -> Tensor<Scalar> {
    require(!tensors.isEmpty, "concatenation needs a tensor")
    let axis = tensors[0].resolved([axis], "concatenation")[0]
    var extents = tensors[0].shape
    require(
        tensors.allSatisfy { $0.rank == extents.count && $0.removing([axis]) == tensors[0].removing([axis]) },
        "cannot concatenate the shapes \(tensors.map(\.shape)) along axis \(axis)")
    extents[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    let steps = denseSteps(extents)
    return Tensor(shape: extents) { z in
        var position = 0
        for tensor in tensors {
            tensor.withUnsafeElements {
                copyElements(
                    of: tensor.shape, from: $0, at: 0, steps: denseSteps(tensor.shape), to: z, at: position * steps[axis], steps: steps)
            }
            position += tensor.shape[axis]
        }
    }
}

/// Tensors of one shape put together along a new leading axis.
public func stacked<Scalar>(_ tensors: [Tensor<Scalar>]) -> Tensor<Scalar> {
    require(Set(tensors.map(\.shape)).count == 1, "cannot stack the shapes \(tensors.map(\.shape))")
    return concatenated(tensors.map { $0.reshaped(to: [1] + $0.shape) }, along: 0)
}

extension UnsafeMutableBufferPointer where Element: TensorScalar {
    /// Writes `value` everywhere.
    package func fill(with value: Element) {
        guard let target = baseAddress, !isEmpty else { return }
        withUnsafePointer(to: value) { value in
            Parallelism.forEachChunk(of: count, size: 8 * Parallelism.grain) {
                Element.elementKernels.table.fill(value, target + $0.lowerBound, $0.count)
            }
        }
    }
}

/// Copies elements between buffers in which each axis has its own step; the last axis of `target`
/// has step 1.
private func copyElements<Scalar: TensorScalar>(
    of extents: [Int], from source: UnsafeBufferPointer<Scalar>, at sourceStart: Int, steps sourceSteps: [Int],
    to target: UnsafeMutableBufferPointer<Scalar>, at targetStart: Int, steps targetSteps: [Int]
) {
    guard let x = source.baseAddress, let z = target.baseAddress, !extents.contains(0) else { return }
    let axes = PairedAxes(extents: extents, first: sourceSteps, second: targetSteps).withContiguousSecond
    // Where the source is not read in order, narrow tiles stay in the cache.
    axes.forEachTile(maximumSide: axes.columns.first == 1 ? nil : 128) { tile in
        Scalar.elementKernels.table.copy(
            dm_operand(elements: x + sourceStart + tile.first, row_step: axes.rows.first, column_step: axes.columns.first),
            z + targetStart + tile.second, axes.rows.second, tile.rows, tile.columns)
    }
}
