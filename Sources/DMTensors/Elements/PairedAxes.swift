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
        Parallelism.forEachChunk(of: stack * down * across, size: max(1, Parallelism.grain / (width * height))) { range in
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
