/// Slices that coordinates point at, as rows of a matrix.
package struct SliceRows {
    /// The extents of the matrix.
    package let matrix: [Int]
    /// For each row of the result the row of the matrix.
    package let rows: Tensor<Int32>
    /// The extents of the result.
    package let result: [Int]

    /// - Parameters:
    ///   - shape: `[a..., k extents, b...]` of the tensor.
    ///   - coordinates: `[a..., i..., k]`; negative ones count from the end.
    ///   - sharedAxes: The number of axes `a...`.
    package init(_ shape: [Int], at coordinates: Tensor<Int32>, sharedAxes: Int = 0) {
        let depth = coordinates.shape.last ?? 0
        require(
            coordinates.rank > sharedAxes && sharedAxes >= 0 && sharedAxes + depth <= shape.count
                && shape.prefix(sharedAxes) == coordinates.shape.prefix(sharedAxes),
            "coordinates of shape \(coordinates.shape) do not point into the shape \(shape) behind \(sharedAxes) shared axes")
        let addressed = shape[..<(sharedAxes + depth)], rest = shape[(sharedAxes + depth)...]
        let steps = denseSteps(Array(addressed))
        let groups = shape.prefix(sharedAxes).reduce(1, *)
        let points = coordinates.shape.dropLast().reduce(1, *)
        var rows = Tensor<Int32>(
            (0..<points).map { Int32($0 / max(1, points / max(1, groups)) * addressed.dropFirst(sharedAxes).reduce(1, *)) })
        for axis in 0..<depth {
            let own = coordinates.sliced(along: -1, from: axis, to: axis + 1).reshaped(to: [points])
            rows += own.countedFromStart(shape[sharedAxes + axis], "gather") * Int32(steps[sharedAxes + axis])
        }
        matrix = [addressed.reduce(1, *), rest.reduce(1, *)]
        self.rows = rows
        result = coordinates.shape.dropLast() + rest
    }
}
