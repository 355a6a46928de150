import DMTensors

/// The regions of a scene: sky above a ridge of hills, a meadow below it, and water in the foreground.
struct Landscape: Sendable {
    /// The height of the meadow's upper edge, in pixels from the top of the image.
    let meadowTop: Float
    /// The mean height of the meadow's lower edge: the shore, or the bottom of the image.
    let meadowBottom: Float
    /// Whether there is water below the meadow.
    let hasWater: Bool
    private let side: Float
    private let ridge: [Float]
    private let shore: [Float]

    init(side: Int, hasWater: Bool, using random: inout RandomSource) {
        let unit = Float(side) / 96
        self.side = Float(side)
        self.hasWater = hasWater
        let horizon = random.uniform(36...48) * unit
        meadowTop = horizon
        let shoreLine = random.uniform(64...74) * unit
        meadowBottom = hasWater ? shoreLine : Float(side)
        ridge = Self.outline(side: side, spacing: random.uniform(12...34) * unit, using: &random).map {
            horizon - (2 + $0 * 16) * unit
        }
        shore = Self.outline(side: side, spacing: random.uniform(20...48) * unit, using: &random).map {
            shoreLine + ($0 - 0.5) * 9 * unit
        }
    }

    /// The region that a pixel belongs to.
    @inline(__always)
    func region(column: Int, row: Int) -> SceneClass {
        let y = Float(row) + 0.5
        if y < ridge[column] { return .sky }
        if y < meadowTop { return .hills }
        return hasWater && y >= shore[column] ? .water : .meadow
    }

    /// A random place that suits an object of the class, wherever others may be.
    func place(for label: SceneClass, using random: inout RandomSource) -> SceneBox {
        let unit = side / 96
        let (width, height) = Self.extent(of: label, using: &random)
        var box = SceneBox(left: 0, top: 0, width: width * unit, height: height * unit)
        box.left = random.uniform(1...max(1, side - 1 - box.width))
        if label.isAirborne {
            box.top = random.uniform(1...max(1, meadowTop - box.height * 0.75))
        } else {
            let lowest = label == .boat ? side - 2 : min(meadowBottom + 2 * unit, side - 2)
            let highest = label == .boat ? meadowBottom + 8 * unit : meadowTop + 4 * unit
            box.top = random.uniform(min(highest, lowest)...lowest) - box.height
        }
        return box
    }

    /// The size of an object for an image of 96 pixels: no side of any is shorter than 16.
    private static func extent(of label: SceneClass, using random: inout RandomSource) -> (width: Float, height: Float) {
        switch label {
        case .tree:
            let width = random.uniform(18...24)
            return (width, width * random.uniform(1.25...1.6))
        case .house: return (random.uniform(24...32), random.uniform(23...29))
        case .balloon:
            let width = random.uniform(22...28)
            return (width, width * 1.3)
        case .boat: return (random.uniform(25...32), random.uniform(25...30))
        case .tent: return (random.uniform(28...34), random.uniform(22...27))
        case .kite: return (random.uniform(24...28), random.uniform(28...33))
        case .lighthouse: return (random.uniform(16...19), random.uniform(30...38))
        case .bale:
            let width = random.uniform(18...25)
            return (width, width)
        case .sky, .meadow, .hills, .water: return (0, 0)
        }
    }

    /// Smooth heights in [0, 1] for each column.
    private static func outline(side: Int, spacing: Float, using random: inout RandomSource) -> [Float] {
        let noise = SceneNoise(side: side, spacingX: spacing, spacingY: Float(side), using: &random)
        return (0..<side).map { noise.value(Float($0), 0) }
    }
}
