import CDMKernels

/// The shape that two operands have together: axes are matched from the last, and an extent of 1 is
/// repeated.
///
/// - Parameter operation: Is named in the message if the shapes do not go together.
package func broadcastShape(_ x: [Int], _ y: [Int], _ operation: String) -> [Int] {
    if x == y { return x }
    let rank = max(x.count, y.count)
    return (0..<rank).map { axis in
        let a = axis < rank - x.count ? 1 : x[axis - rank + x.count]
        let b = axis < rank - y.count ? 1 : y[axis - rank + y.count]
        require(a == b || a == 1 || b == 1, "cannot \(operation) the shapes \(x) and \(y)")
        return a == 1 ? b : a
    }
}

/// The steps with which a dense tensor of shape `x` is read as if it had the shape `result`.
func broadcastSteps(_ x: [Int], to result: [Int]) -> [Int] {
    Array(repeating: 0, count: result.count - x.count) + zip(x, denseSteps(x)).map { $0 == 1 ? 0 : $1 }
}

extension Tensor {
    /// A binary kernel run over `x` and `y`, broadcast to one shape.
    static func combined<Operand>(
        _ x: Tensor<Operand>, _ y: Tensor<Operand>, _ operation: String, by kernel: dm_binary_kernel
    ) -> Tensor {
        let shape = broadcastShape(x.shape, y.shape, operation)
        return Tensor(shape: shape) { z in
            x.withUnsafeElements { x_ in
                y.withUnsafeElements { y_ in
                    combine((x.shape, x_), (y.shape, y_), into: z, shape: shape, by: kernel)
                }
            }
        }
    }

    /// A binary kernel run over this tensor, which takes its results, and `y`, broadcast to its shape.
    mutating func combine(with y: Tensor, _ operation: String, by kernel: dm_binary_kernel) {
        let shape = self.shape
        require(broadcastShape(shape, y.shape, operation) == shape, "cannot \(operation) the shape \(y.shape) to \(shape) in place")
        withUnsafeMutableElements { z in
            y.withUnsafeElements { y_ in
                Tensor.combine((shape, UnsafeBufferPointer(z)), (y.shape, y_), into: z, shape: shape, by: kernel)
            }
        }
    }

    private typealias Operand<S> = (shape: [Int], elements: UnsafeBufferPointer<S>)

    private static func combine<S>(
        _ x: Operand<S>, _ y: Operand<S>, into z: UnsafeMutableBufferPointer<Scalar>, shape: [Int], by kernel: dm_binary_kernel
    ) {
        guard !z.isEmpty, let a = x.elements.baseAddress, let b = y.elements.baseAddress, let c = z.baseAddress else { return }
        let axes = PairedAxes(extents: shape, first: broadcastSteps(x.shape, to: shape), second: broadcastSteps(y.shape, to: shape))
        axes.forEachTile { tile in
            kernel(
                dm_operand(elements: a + tile.first, row_step: axes.rows.first, column_step: axes.columns.first),
                dm_operand(elements: b + tile.second, row_step: axes.rows.second, column_step: axes.columns.second),
                c + tile.position, tile.rows, tile.columns)
        }
    }

    /// A kernel run over every element of this tensor.
    ///
    /// - Parameter kernel: Is handed elements, where to write the results, and how many they are.
    package func mapped<Result>(
        by kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Void
    ) -> Tensor<Result> {
        Tensor<Result>(shape: shape) { z in
            withUnsafeElements { x in
                guard let a = x.baseAddress, let c = z.baseAddress else { return }
                Parallelism.forEachUncheckedChunk(of: x.count, size: Parallelism.grain) {
                    kernel(a + $0.lowerBound, c + $0.lowerBound, $0.count)
                }
            }
        }
    }
}

/// Two buffers walked through together under one shape, each with its own steps.
///
/// Neighboring axes that both buffers walk without a gap are merged, so that what remains is one
/// matrix, or a stack of few. A step of 0 repeats an element.
struct PairedAxes {
    struct Axis {
        var extent: Int
        let first: Int
        let second: Int
    }

    /// A part of one matrix of the stack.
    struct Tile {
        /// Elements before the tile in each buffer.
        let first: Int
        let second: Int
        /// Elements before the tile where the shape is filled without gaps.
        let position: Int
        let rows: Int
        let columns: Int
    }

    let columns: Axis
    let rows: Axis
    private let outer: [Axis]

    /// - Parameters:
    ///   - extents: The shape, without a 0.
    ///   - first, second: The step of each axis in each buffer; that of the last axis in the second is
    ///     0 or 1.
    init(extents: [Int], first: [Int], second: [Int]) {
        var axes: [Axis] = []
        for index in extents.indices.reversed() where extents[index] != 1 {
            if let inner = axes.last, first[index] == inner.first * inner.extent, second[index] == inner.second * inner.extent {
                axes[axes.count - 1].extent *= extents[index]
            } else {
                axes.append(Axis(extent: extents[index], first: first[index], second: second[index]))
            }
        }
        // The second buffer is written: its columns lie without a gap, even if that makes one column.
        if let inner = axes.first, inner.second > 1 { axes.insert(Axis(extent: 1, first: 1, second: 1), at: 0) }
        while axes.count < 2 { axes.append(Axis(extent: 1, first: axes.isEmpty ? 1 : 0, second: axes.isEmpty ? 1 : 0)) }
        columns = axes[0]
        rows = axes[1]
        outer = Array(axes[2...])
    }

    private init(columns: Axis, rows: Axis, outer: [Axis]) {
        self.columns = columns
        self.rows = rows
        self.outer = outer
    }

    /// The same walk with columns of step 1 in the second buffer: if no axis has that step (the one
    /// that had it is of extent 1 and was left out), there is one column, and every axis is a row or
    /// lies outside.
    var withContiguousSecond: PairedAxes {
        if columns.second == 1 { return self }
        return PairedAxes(columns: Axis(extent: 1, first: 0, second: 1), rows: columns, outer: rows.extent == 1 ? outer : [rows] + outer)
    }

    /// Calls `body` with tiles that cover everything, on several threads.
    ///
    /// A tile of more than one row is as wide as its matrix, unless `maximumSide` asks for tiles that
    /// are narrow in both directions.
    func forEachTile(maximumSide: Int? = nil, _ body: (Tile) -> Void) {
        let width = min(columns.extent, maximumSide ?? Parallelism.grain)
        let height = min(rows.extent, maximumSide ?? max(1, width < columns.extent ? 1 : Parallelism.grain / width))
        let across = (columns.extent + width - 1) / width
        let down = (rows.extent + height - 1) / height
        let stack = outer.reduce(1) { $0 * $1.extent }
        Parallelism.forEachUncheckedChunk(of: stack * down * across, size: max(1, Parallelism.grain / (width * height))) { range in
            for index in range {
                let (matrix, tile) = index.quotientAndRemainder(dividingBy: down * across)
                let (row, column) = (tile / across * height, tile % across * width)
                var first = row * rows.first + column * columns.first
                var second = row * rows.second + column * columns.second
                var rest = matrix
                for axis in outer {
                    first += rest % axis.extent * axis.first
                    second += rest % axis.extent * axis.second
                    rest /= axis.extent
                }
                body(
                    Tile(
                        first: first, second: second, position: (matrix * rows.extent + row) * columns.extent + column,
                        rows: min(height, rows.extent - row), columns: min(width, columns.extent - column)))
            }
        }
    }
}

/// The step of each axis of a dense tensor.
func denseSteps(_ shape: [Int]) -> [Int] {
    var step = 1
    return shape.reversed().map { extent in
        defer { step *= extent }
        return step
    }.reversed()
}
