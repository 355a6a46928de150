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
        let seed = random.nextUInt64()
        cells = (0..<rows * columns).map { Float(Self.bits(seed, $0) >> 40) * 0x1p-24 }
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

    /// Bits that look random, the same for the same seed and index: quick and good enough for textures and grain.
    @inline(__always)
    static func bits(_ seed: UInt64, _ index: Int) -> UInt64 {
        var bits = (seed &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return bits ^ (bits >> 32)
    }

    @inline(__always)
    private static func eased(_ t: Float) -> Float { t * t * (3 - 2 * t) }
}
