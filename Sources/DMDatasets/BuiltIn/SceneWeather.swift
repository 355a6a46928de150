import DMTensors

/// The light of a scene: colors of the regions, clouds, uneven illumination, haze and grain.
struct SceneWeather: Sendable {
    private let skyTop: SceneColor
    private let skyBottom: SceneColor
    private let cloud: SceneColor
    private let cloudCover: Float
    private let hills: SceneColor
    private let grass: SceneColor
    private let dryGrass: SceneColor
    private let waterTint: SceneColor
    private let cast: SceneColor
    private let slopeX: Float
    private let slopeY: Float
    private let unevenness: Float
    private let haze: Float
    private let clouds: SceneNoise
    private let patches: SceneNoise
    private let blades: SceneNoise
    private let ripples: SceneNoise
    private let side: Float
    /// The strength of the sensor's grain, as a share of full brightness.
    let grain: Float
    /// What the grain is drawn from.
    let grainSeed: UInt64

    init(side: Int, using random: inout RandomSource) {
        let unit = Float(side) / 96
        self.side = Float(side)
        let mood = random.element(of: Self.moods)
        skyTop = mood.skyTop.jittered(by: 0.05, using: &random)
        skyBottom = mood.skyBottom.jittered(by: 0.05, using: &random)
        cloud = mood.cloud
        cloudCover = random.uniform(0...0.9)
        hills = random.element(of: Self.hillColors).jittered(by: 0.05, using: &random).mixed(
            with: skyBottom, share: random.uniform(0.05...0.35))
        grass = random.element(of: Self.grassColors).jittered(by: 0.05, using: &random)
        dryGrass = random.element(of: Self.grassColors).jittered(by: 0.05, using: &random)
        waterTint = SceneColor(0.8, 0.95, 1.02).jittered(by: 0.08, using: &random)
        cast = mood.light.jittered(by: 0.06, using: &random).scaled(by: random.uniform(0.85...1.1))
        slopeX = random.uniform(-0.3...0.3)
        slopeY = random.uniform(-0.2...0.2)
        unevenness = random.uniform(0.05...0.25)
        haze = random.chance(0.2) ? random.uniform(0.1...0.25) : 0
        clouds = SceneNoise(side: side, spacingX: random.uniform(14...30) * unit, spacingY: random.uniform(5...9) * unit, using: &random)
        patches = SceneNoise(side: side, spacingX: 22 * unit, spacingY: 12 * unit, using: &random)
        blades = SceneNoise(side: side, spacingX: 1.6 * unit, spacingY: 3 * unit, using: &random)
        ripples = SceneNoise(side: side, spacingX: 11 * unit, spacingY: 1.8 * unit, using: &random)
        grain = random.uniform(0.02...0.06)
        grainSeed = random.nextUInt64()
    }

    /// The color of a region's surface before light falls on it.
    @inline(__always)
    func surface(_ region: SceneClass, _ x: Float, _ y: Float) -> SceneColor {
        switch region {
        case .hills:
            return hills.scaled(by: 0.8 + 0.4 * patches.value(y, x))
        case .meadow:
            let share = patches.value(x, y)
            return grass.mixed(with: dryGrass, share: share).scaled(by: 0.78 + 0.44 * blades.value(x, y))
        case .water:
            // The water mirrors the sky, upside down and broken by ripples.
            let sky = skyBottom.mixed(with: skyTop, share: (y / side - 0.6) * 2)
            return sky.tinted(by: waterTint).scaled(by: 0.62 + 0.5 * ripples.value(x, y))
        default:
            let sky = skyTop.mixed(with: skyBottom, share: min(1, y / side * 2.2))
            let thickness = min(max((clouds.value(x, y) - 1 + cloudCover) * 3, 0), 1)
            return sky.mixed(with: cloud, share: thickness * 0.85)
        }
    }

    /// A surface color as the camera sees it from its place in the image.
    @inline(__always)
    func lit(_ color: SceneColor, _ x: Float, _ y: Float) -> SceneColor {
        let uneven = 1 + slopeX * (x / side - 0.5) + slopeY * (y / side - 0.5) + unevenness * (patches.value(side - x, y) - 0.5)
        let seen = color.tinted(by: cast).scaled(by: uneven)
        return haze > 0 ? seen.mixed(with: skyBottom, share: haze * max(0, 1.1 - y / side)) : seen
    }

    private struct Mood: Sendable {
        let skyTop: SceneColor
        let skyBottom: SceneColor
        let cloud: SceneColor
        let light: SceneColor
    }

    private static let moods = [
        Mood(
            skyTop: SceneColor(0.28, 0.53, 0.88), skyBottom: SceneColor(0.74, 0.87, 0.97), cloud: SceneColor(0.98, 0.98, 1),
            light: SceneColor(1, 1, 0.98)),
        Mood(
            skyTop: SceneColor(0.36, 0.62, 0.86), skyBottom: SceneColor(0.93, 0.92, 0.82), cloud: SceneColor(1, 0.97, 0.92),
            light: SceneColor(1.04, 1, 0.9)),
        Mood(
            skyTop: SceneColor(0.36, 0.3, 0.55), skyBottom: SceneColor(0.98, 0.64, 0.4), cloud: SceneColor(0.95, 0.6, 0.55),
            light: SceneColor(1.05, 0.9, 0.78)),
        Mood(
            skyTop: SceneColor(0.56, 0.6, 0.66), skyBottom: SceneColor(0.8, 0.82, 0.84), cloud: SceneColor(0.7, 0.72, 0.76),
            light: SceneColor(0.88, 0.92, 0.97)),
        Mood(
            skyTop: SceneColor(0.16, 0.2, 0.42), skyBottom: SceneColor(0.5, 0.45, 0.62), cloud: SceneColor(0.42, 0.4, 0.58),
            light: SceneColor(0.8, 0.84, 1)),
        Mood(
            skyTop: SceneColor(0.45, 0.75, 0.8), skyBottom: SceneColor(0.98, 0.86, 0.8), cloud: SceneColor(1, 0.93, 0.93),
            light: SceneColor(1, 0.97, 0.96)),
    ]

    private static let hillColors = [
        SceneColor(0.3, 0.42, 0.45), SceneColor(0.36, 0.36, 0.5), SceneColor(0.26, 0.4, 0.3), SceneColor(0.5, 0.42, 0.4),
    ]

    private static let grassColors = [
        SceneColor(0.4, 0.6, 0.24), SceneColor(0.5, 0.66, 0.28), SceneColor(0.34, 0.52, 0.28), SceneColor(0.66, 0.64, 0.32),
        SceneColor(0.74, 0.62, 0.4),
    ]
}

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
