/// Positions of one axis as rows of a matrix, in which all axes before it are one with it.
package struct AxisRows {
    /// The extents of the matrix.
    package let matrix: [Int]
    /// For each row of the result the row of the matrix.
    package let rows: Tensor<Int32>
    /// The extents of the result: those of the positions take the place of the axis.
    package let result: [Int]

    /// - Parameters:
    ///   - shape: The extents of the tensor.
    ///   - axis: A negative one counts from the last.
    ///   - positions: On the axis, of any shape; negative ones count from the end.
    package init(_ shape: [Int], along axis: Int, at positions: Tensor<Int32>) {
        let resolved = axis < 0 ? axis + shape.count : axis
        require(shape.indices.contains(resolved), "gather along the axes [\(axis)] of the shape \(shape)")
        let (outer, extent) = (shape[..<resolved].reduce(1, *), shape[resolved])
        let inner = shape[(resolved + 1)...].reduce(1, *)
        let counted = positions.countedFromStart(extent, "gather")
        matrix = [outer * extent, inner]
        result = shape[..<resolved] + positions.shape + shape[(resolved + 1)...]
        let starts = Tensor((0..<outer).map { Int32($0 * extent) }, shape: [outer, 1])
        rows = (starts + counted.reshaped(to: [1, counted.count])).reshaped(to: [outer * counted.count])
    }
}

extension Tensor where Scalar == Int32 {
    /// Positions of an axis, with negative ones counted from its end.
    func countedFromStart(_ extent: Int, _ operation: String) -> Tensor {
        guard count > 0 else { return self }
        require(
            minimum() >= -extent && maximum() < extent,
            "\(operation): positions from \(minimum()) to \(maximum()) do not lie on an axis of extent \(extent)")
        return minimum() >= 0 ? self : select(where: isLess(than: 0), self + Int32(extent), self)
    }
}
