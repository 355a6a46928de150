import DMTensors

/// Turns a scene into its mask and its image.
enum ScenePainter {
    /// The class of each pixel `[side, side]`.
    static func mask(of scene: Scene) -> Tensor<UInt8> {
        let side = scene.side
        return Tensor(shape: [side, side]) { labels in
            for row in 0..<side {
                for column in 0..<side { labels[row * side + column] = scene.landscape.region(column: column, row: row).rawValue }
            }
            for object in scene.objects {
                for piece in object.pieces {
                    paint(piece.shape, side: side) { pixel, _, _, distance in
                        if distance < 0 { labels[pixel] = object.label.rawValue }
                    }
                }
            }
        }
    }

    /// The image `[side, side, 3]`.
    static func image(of scene: Scene) -> Tensor<UInt8> {
        let side = scene.side
        var canvas = [SceneColor](repeating: SceneColor(0, 0, 0), count: side * side)
        canvas.withUnsafeMutableBufferPointer { canvas in
            paintRegions(of: scene, on: canvas)
            for object in scene.objects {
                for piece in object.pieces {
                    paint(piece.shape, side: side) { pixel, x, y, distance in
                        let share = min(max(0.5 - distance, 0), 1)
                        canvas[pixel] = canvas[pixel].mixed(with: piece.paint.color(x, y), share: share)
                    }
                }
            }
        }
        return Tensor(shape: [side, side, 3]) { bytes in
            canvas.withUnsafeBufferPointer { develop($0, of: scene, into: bytes) }
        }
    }

    private static func paintRegions(of scene: Scene, on canvas: UnsafeMutableBufferPointer<SceneColor>) {
        let side = scene.side
        for row in 0..<side {
            for column in 0..<side {
                let region = scene.landscape.region(column: column, row: row)
                canvas[row * side + column] = scene.weather.surface(region, Float(column) + 0.5, Float(row) + 0.5)
            }
        }
    }

    /// Calls `body` with index, center and distance of each pixel on or near a shape.
    @inline(__always)
    private static func paint(_ shape: SceneShape, side: Int, body: (_ pixel: Int, _ x: Float, _ y: Float, _ distance: Float) -> Void) {
        let columns = max(0, Int(shape.left) - 1)..<max(max(0, Int(shape.left) - 1), min(side, Int(shape.right) + 2))
        let rows = max(0, Int(shape.top) - 1)..<max(max(0, Int(shape.top) - 1), min(side, Int(shape.bottom) + 2))
        for row in rows {
            for column in columns {
                let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
                let distance = shape.distance(x, y)
                if distance < 0.5 { body(row * side + column, x, y, distance) }
            }
        }
    }

    /// Applies light and grain, and rounds to bytes.
    private static func develop(
        _ canvas: UnsafeBufferPointer<SceneColor>, of scene: Scene, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let side = scene.side
        let weather = scene.weather
        for row in 0..<side {
            for column in 0..<side {
                let pixel = row * side + column
                let seen = weather.lit(canvas[pixel], Float(column) + 0.5, Float(row) + 0.5)
                let grain = grainValues(weather.grainSeed, pixel)
                bytes[3 * pixel] = byte(seen.red + weather.grain * grain.0)
                bytes[3 * pixel + 1] = byte(seen.green + weather.grain * grain.1)
                bytes[3 * pixel + 2] = byte(seen.blue + weather.grain * grain.2)
            }
        }
    }

    /// Three numbers in [-1, 1], most of them near 0, that depend on the pixel alone.
    @inline(__always)
    private static func grainValues(_ seed: UInt64, _ pixel: Int) -> (Float, Float, Float) {
        let bits = SceneNoise.bits(seed, pixel)
        func triangle(_ shift: UInt64) -> Float {
            (Float((bits >> shift) & 0x3FF) + Float((bits >> (shift + 10)) & 0x3FF)) * (1 / 1023) - 1
        }
        return (triangle(0), triangle(20), triangle(40))
    }

    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 1) * 255 + 0.5) }
}

/// How the inside of a shape is colored.
enum ScenePaint: Sendable {
    /// One color.
    case plain(SceneColor)
    /// Two colors in turn along the direction `(x, y)`, each `width` pixels wide.
    case stripes(SceneColor, SceneColor, x: Float, y: Float, width: Float)

    /// The color at a pixel.
    func color(_ x: Float, _ y: Float) -> SceneColor {
        switch self {
        case .plain(let color):
            color
        case .stripes(let first, let second, let directionX, let directionY, let width):
            Int(((x * directionX + y * directionY) / width).rounded(.down)) & 1 == 0 ? first : second
        }
    }
}

/// A color as three numbers, 0 dark and 1 bright, on which light acts by multiplication.
struct SceneColor: Sendable, Equatable {
    var red: Float
    var green: Float
    var blue: Float

    init(_ red: Float, _ green: Float, _ blue: Float) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The color at `share` of the way from `self` (0) to `other` (1).
    func mixed(with other: SceneColor, share: Float) -> SceneColor {
        SceneColor(
            red + (other.red - red) * share, green + (other.green - green) * share, blue + (other.blue - blue) * share)
    }

    func scaled(by factor: Float) -> SceneColor { SceneColor(red * factor, green * factor, blue * factor) }

    func tinted(by light: SceneColor) -> SceneColor { SceneColor(red * light.red, green * light.green, blue * light.blue) }

    /// A nearby color: every channel moves by up to `amount`.
    func jittered(by amount: Float, using random: inout RandomSource) -> SceneColor {
        SceneColor(
            red + random.uniform(-amount...amount), green + random.uniform(-amount...amount), blue + random.uniform(-amount...amount))
    }
}

/// The families of colors that scenes are painted with.
enum SceneColors {
    private static let red = SceneColor(0.85, 0.2, 0.18)
    private static let orange = SceneColor(0.95, 0.55, 0.12)
    private static let yellow = SceneColor(0.97, 0.82, 0.25)
    private static let blue = SceneColor(0.18, 0.42, 0.78)
    private static let violet = SceneColor(0.5, 0.27, 0.62)
    private static let teal = SceneColor(0.1, 0.6, 0.6)
    private static let pink = SceneColor(0.93, 0.45, 0.6)
    private static let white = SceneColor(0.94, 0.93, 0.9)

    private static let foliageColors = [
        SceneColor(0.13, 0.38, 0.2), SceneColor(0.2, 0.46, 0.2), SceneColor(0.32, 0.48, 0.16), SceneColor(0.1, 0.34, 0.3),
        SceneColor(0.75, 0.42, 0.12), SceneColor(0.62, 0.24, 0.14),
    ]

    /// The colors of roofs and hulls.
    static func roof(using random: inout RandomSource) -> SceneColor {
        random.element(of: [red, orange, blue, violet]).scaled(by: 0.7).jittered(by: 0.05, using: &random)
    }

    /// The bright colors of tents and kites, and the first colors of balloons.
    static func bright(using random: inout RandomSource) -> SceneColor {
        random.element(of: [red, orange, yellow, pink]).jittered(by: 0.06, using: &random)
    }

    /// The second colors of balloons.
    static func cool(using random: inout RandomSource) -> SceneColor {
        random.element(of: [white, teal, blue, violet]).jittered(by: 0.06, using: &random)
    }

    /// The colors of leaves, those of autumn among them.
    static func foliage(using random: inout RandomSource) -> SceneColor {
        random.element(of: foliageColors).jittered(by: 0.05, using: &random)
    }

    /// The pale colors of plaster and brick.
    static func wall(using random: inout RandomSource) -> SceneColor {
        SceneColor(0.86, 0.8, 0.7).mixed(with: SceneColor(0.7, 0.45, 0.35), share: random.uniform(0...1)).jittered(by: 0.05, using: &random)
    }

    /// Balloon cloth: a bright and a cool color in stripes of any direction.
    static func balloonCloth(width: Float, using random: inout RandomSource) -> ScenePaint {
        let first = bright(using: &random)
        let second = cool(using: &random)
        let direction: (x: Float, y: Float) = random.element(of: [(1, 0), (0, 1), (0.7, 0.7), (0.7, -0.7)])
        return .stripes(first, second, x: direction.x, y: direction.y, width: width)
    }
}
