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
        reshaped(to: shape + [1]).isEqual(to: Tensor((0..<Int32(count)).map { $0 }))
    }
}
