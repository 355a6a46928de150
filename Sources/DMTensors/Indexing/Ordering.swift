extension Tensor where Scalar: NumericScalar {
    /// The largest elements along an axis, in falling order, and where they lie.
    ///
    /// - Parameters:
    ///   - count: How many, at most the extent of the axis.
    ///   - axis: A negative one counts from the last.
    /// - Returns: Elements and positions, with extent `count` along the axis; of equal elements the first comes first.
    public func largest(_ count: Int, along axis: Int) -> (elements: Tensor, positions: Tensor<Int32>) {
        ordered(count, along: axis) { $0 > $1 }
    }

    /// The smallest elements along an axis, in rising order, and where they lie.
    ///
    /// - Parameters:
    ///   - count: How many, at most the extent of the axis.
    ///   - axis: A negative one counts from the last.
    /// - Returns: Elements and positions, with extent `count` along the axis; of equal elements the first comes first.
    public func smallest(_ count: Int, along axis: Int) -> (elements: Tensor, positions: Tensor<Int32>) {
        ordered(count, along: axis) { $0 < $1 }
    }

    private func ordered(_ count: Int, along axis: Int, by comesBefore: (Scalar, Scalar) -> Bool) -> (Tensor, Tensor<Int32>) {
        let axis = resolved([axis], "ordering")[0]
        require((0...shape[axis]).contains(count), "no \(count) elements along axis \(axis) of \(shape)")
        let extent = shape[axis], inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *)
        var extents = shape
        extents[axis] = count
        let positions = Tensor<Int32>(shape: extents) { z in
            withUnsafeElements { x in
                for line in 0..<outer * inner {
                    let (o, i) = line.quotientAndRemainder(dividingBy: inner)
                    let start = o * extent * inner + i
                    let order = (0..<extent).sorted {
                        let (a, b) = (x[start + $0 * inner], x[start + $1 * inner])
                        return comesBefore(a, b) || (!comesBefore(b, a) && $0 < $1)
                    }
                    for rank in 0..<count { z[(o * count + rank) * inner + i] = Int32(order[rank]) }
                }
            }
        }
        return (gatheredElements(along: axis, at: positions), positions)
    }
}

extension Tensor where Scalar == Bool {
    /// Where elements are true, in row-major order.
    ///
    /// - Returns: `[n, rank]`, the coordinates of each.
    public func truePositions() -> Tensor<Int32> {
        let found = withUnsafeElements { elements in elements.indices.filter { elements[$0] } }
        let steps = denseSteps(shape)
        return Tensor<Int32>(
            found.flatMap { index in zip(steps, shape).map { Int32(index / $0 % $1) } }, shape: [found.count, rank])
    }
}

extension Tensor where Scalar == Int32 {
    /// Whether each index is each of `0 ..< count`.
    ///
    /// - Parameter count: The number of classes.
    /// - Returns: `[..., count]`, true at most once in each row.
    public func oneHot(count: Int) -> Tensor<Bool> {
        reshaped(to: shape + [1]) .== Tensor((0..<Int32(count)).map { $0 })
    }
}
