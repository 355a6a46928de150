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
            Parallelism.forEachUncheckedChunk(of: count, size: 8 * Parallelism.grain) {
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

extension Tensor {
    /// The tensor repeated along its axes.
    ///
    /// - Parameter repetitions: For each axis how often, at least 0.
    public func tiled(_ repetitions: [Int]) -> Tensor {
        require(repetitions.count == rank && repetitions.allSatisfy { $0 >= 0 }, "cannot repeat \(shape) \(repetitions) times")
        return reshaped(to: shape.flatMap { [1, $0] })
            .broadcast(to: zip(repetitions, shape).flatMap { [$0, $1] })
            .reshaped(to: zip(repetitions, shape).map { $0 * $1 })
    }
}

/// What is put around a tensor.
public enum BorderMode: Sendable, Hashable, CaseIterable {
    /// The element at the edge, again and again.
    case edge
    /// The elements mirrored at the edge, which is not repeated.
    case reflection
    /// The elements from the other side.
    case wrapping
}

extension BorderMode {
    /// Positions on an axis of `extent` for each place of the padded axis.
    package func positions(extent: Int, before: Int, after: Int) -> Tensor<Int32> {
        require(extent > 0 && before >= 0 && after >= 0, "cannot pad an axis of extent \(extent) by \(before) before and \(after) after")
        return Tensor(
            (-before..<extent + after).map { place in
                switch self {
                case .edge: return Int32(min(max(place, 0), extent - 1))
                case .wrapping: return Int32((place % extent + extent) % extent)
                case .reflection:
                    let period = max(1, 2 * (extent - 1))
                    let folded = (place % period + period) % period
                    return Int32(min(folded, period - folded))
                }
            })
    }
}

extension Tensor {
    /// The tensor with a border that is made from its own elements.
    ///
    /// - Parameters:
    ///   - before: For each axis how many positions are put before the first.
    ///   - after: For each axis how many follow the last.
    ///   - mode: Which elements the border repeats.
    /// - Precondition: An axis that is padded is not empty.
    public func padded(before: [Int], after: [Int], mode: BorderMode) -> Tensor {
        require(before.count == rank && after.count == rank, "cannot pad \(shape) by \(before) before and \(after) after")
        return shape.indices.reduce(self) { x, axis in
            if before[axis] == 0 && after[axis] == 0 { return x }
            return x.gathered(along: axis, at: mode.positions(extent: shape[axis], before: before[axis], after: after[axis]))
        }
    }
}

/// How the channels of a block of pixels follow each other.
public enum BlockOrder: Sendable, Hashable, CaseIterable {
    /// All channels of the first pixel, then those of the next.
    case pixelsFirst
    /// The first channel of all pixels, then the next channel: PyTorch's pixel shuffle.
    case channelsFirst
}

extension Tensor {
    /// The channels of images `[n, h, w, b · b · c]` laid out as blocks of b x b pixels `[n, h · b, w · b, c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b² divides the number of channels.
    public func depthToSpace(block: Int, order: BlockOrder = .pixelsFirst) -> Tensor {
        require(
            rank == 4 && block >= 1 && shape[3] % (block * block) == 0,
            "cannot lay out the channels of \(shape) as blocks of \(block) x \(block)")
        let channels = shape[3] / (block * block)
        return reshaped(to: shape.prefix(3) + (order == .pixelsFirst ? [block, block, channels] : [channels, block, block]))
            .transposed(permutation: order == .pixelsFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 4, 2, 5, 3])
            .reshaped(to: [shape[0], shape[1] * block, shape[2] * block, channels])
    }

    /// Blocks of b x b pixels of images `[n, h · b, w · b, c]` put into the channels `[n, h, w, b · b · c]`.
    ///
    /// - Parameters:
    ///   - block: b, at least 1.
    ///   - order: How the channels of a block follow each other.
    /// - Precondition: b divides the height and the width.
    public func spaceToDepth(block: Int, order: BlockOrder = .pixelsFirst) -> Tensor {
        require(
            rank == 4 && block >= 1 && shape[1] % block == 0 && shape[2] % block == 0,
            "cannot put blocks of \(block) x \(block) pixels of \(shape) into channels")
        let (height, width) = (shape[1] / block, shape[2] / block)
        return reshaped(to: [shape[0], height, block, width, block, shape[3]])
            .transposed(permutation: order == .pixelsFirst ? [0, 1, 3, 2, 4, 5] : [0, 1, 3, 5, 2, 4])
            .reshaped(to: [shape[0], height, width, block * block * shape[3]])
    }
}
