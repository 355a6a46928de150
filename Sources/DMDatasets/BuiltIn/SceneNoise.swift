import DMTensors

/// Smooth noise in [0, 1]: random values on a lattice, blended in between.
struct SceneNoise: Sendable {
    private let cells: [Float]
    private let columns: Int
    private let scaleX: Float
    private let scaleY: Float

    /// Noise over a square image.
    ///
    /// - Parameters:
    ///   - side: The image's side in pixels.
    ///   - spacingX: The distance between lattice points along a row, in pixels.
    ///   - spacingY: The distance between lattice points along a column, in pixels.
    init(side: Int, spacingX: Float, spacingY: Float, using random: inout RandomSource) {
        columns = Int(Float(side) / spacingX) + 3
        let rows = Int(Float(side) / spacingY) + 3
        scaleX = 1 / spacingX
        scaleY = 1 / spacingY
        var values = [Float]()
        values.reserveCapacity(rows * columns + 3)
        while values.count < rows * columns {
            // One draw fills four cells.
            let bits = random.nextUInt64()
            for part in 0..<4 { values.append(Float((bits >> UInt64(16 * part)) & 0xFFFF) * (1 / 65535)) }
        }
        cells = values
    }

    /// The noise at a pixel, whose coordinates lie between 0 and the side.
    @inline(__always)
    func value(_ x: Float, _ y: Float) -> Float {
        let gridX = x * scaleX
        let gridY = y * scaleY
        let column = Int(gridX)
        let row = Int(gridY)
        let shareX = Self.eased(gridX - Float(column))
        let shareY = Self.eased(gridY - Float(row))
        let corner = row * columns + column
        let top = cells[corner] + (cells[corner + 1] - cells[corner]) * shareX
        let below = corner + columns
        let bottom = cells[below] + (cells[below + 1] - cells[below]) * shareX
        return top + (bottom - top) * shareY
    }

    @inline(__always)
    private static func eased(_ t: Float) -> Float { t * t * (3 - 2 * t) }
}
