import DMTensors

/// One scene before it is painted: the landscape, the weather and the objects in it.
struct Scene: Sendable {
    /// The side of the square image, in pixels.
    let side: Int
    /// The land that everything stands on.
    let landscape: Landscape
    /// Light, haze and grain.
    let weather: SceneWeather
    /// The objects, in the order in which they are painted.
    private(set) var objects: [SceneObject] = []
    private var occupied: [SceneBox] = []

    /// Composes a scene that shows the given classes.
    ///
    /// - Parameters:
    ///   - side: The side of the image in pixels.
    ///   - classes: What has to appear; a boat implies water.
    init(side: Int, showing classes: Set<SceneClass>, using random: inout RandomSource) {
        self.side = side
        let hasWater = classes.contains(.water) || classes.contains(.boat)
        landscape = Landscape(side: side, hasWater: hasWater, using: &random)
        weather = SceneWeather(side: side, using: &random)
        var placed: [(SceneObject, SceneBox)] = []
        // The rarest takes its place first, so that nothing more frequent crowds it out.
        for label in SceneClass.allCases.reversed() where classes.contains(label) && !label.isBackground {
            for _ in 0..<Self.number(of: label, using: &random) {
                let isFirst = !placed.contains { $0.0.label == label }
                guard let box = freeBox(for: label, mustFind: isFirst, using: &random) else { continue }
                occupied.append(box)
                placed.append((.figure(label, in: box, using: &random), box))
            }
        }
        // What stands nearer, lower in the image, hides what stands behind it.
        objects = decorations(using: &random) + placed.sorted { $0.1.bottom < $1.1.bottom }.map(\.0)
    }

    private static func number(of label: SceneClass, using random: inout RandomSource) -> Int {
        switch label {
        case .tree: 1 + random.index(below: 3)
        case .house: 1 + random.index(below: 2)
        default: 1
        }
    }

    /// A place for an object where it hides no other, or the best of those tried when there has to be one.
    private func freeBox(for label: SceneClass, mustFind: Bool, using random: inout RandomSource) -> SceneBox? {
        var best: SceneBox?
        var leastOverlap = Float.infinity
        for _ in 0..<16 {
            let box = landscape.place(for: label, using: &random)
            let overlap = occupied.reduce(Float(0)) { max($0, $1.overlap(with: box)) }
            if overlap < 0.04 { return box }
            if overlap < leastOverlap { (best, leastOverlap) = (box, overlap) }
        }
        return mustFind || leastOverlap < 0.2 ? best : nil
    }

    /// Things without a class of their own: the sun belongs to the sky, bushes and stones to the meadow.
    private func decorations(using random: inout RandomSource) -> [SceneObject] {
        var decorations: [SceneObject] = []
        let unit = Float(side) / 96
        if random.chance(0.35) {
            let (x, y) = (random.uniform(4...92) * unit, random.uniform(4...20) * unit)
            let glow = SceneColor(1, 0.93, 0.72).jittered(by: 0.06, using: &random)
            decorations.append(SceneObject(.sky, [(.disc(x: x, y: y, radius: random.uniform(4...9) * unit), .plain(glow))]))
        }
        for _ in 0..<random.index(below: 4) {
            let radius = random.uniform(2...5) * unit
            let x = random.uniform(0...Float(side))
            let y = random.uniform(landscape.meadowTop + radius...max(landscape.meadowTop + radius, landscape.meadowBottom - radius))
            let isStone = random.chance(0.4)
            let color = isStone ? SceneColor(0.55, 0.53, 0.5).jittered(by: 0.1, using: &random) : SceneColors.foliage(using: &random)
            decorations.append(SceneObject(.meadow, [(.disc(x: x, y: y, radius: radius), .plain(color))]))
        }
        return decorations
    }
}

/// What the built-in scenes show, the most frequent first; the raw value is the label.
public enum SceneClass: UInt8, Sendable, CaseIterable {
    /// The sky, with clouds and sometimes a sun.
    case sky
    /// Open ground, with bushes and stones.
    case meadow
    /// The chain of hills between sky and meadow.
    case hills
    /// A lake that fills the foreground; it has the colors of the sky.
    case water
    /// A fir or a round tree.
    case tree
    /// A house with a pitched roof.
    case house
    /// A striped balloon in the sky.
    case balloon
    /// A sailing boat on the water.
    case boat
    /// A tent on the meadow: the outline of a fir or a roof, the colors of houses and balloons.
    case tent
    /// A kite in the sky: the place and some of the colors of a balloon, in fields instead of stripes.
    case kite
    /// A lighthouse: the place of a house, the stripes of a balloon.
    case lighthouse
    /// A bale of straw: the outline of a balloon or a round tree, the colors of the meadow.
    case bale

    /// The name shown in tables and legends.
    public var name: String { "\(self)" }

    /// The color in masks and legends.
    public var color: RGBColor {
        switch self {
        case .sky: RGBColor(120, 180, 235)
        case .meadow: RGBColor(140, 200, 90)
        case .hills: RGBColor(100, 115, 150)
        case .water: RGBColor(25, 75, 175)
        case .tree: RGBColor(15, 105, 55)
        case .house: RGBColor(185, 80, 50)
        case .balloon: RGBColor(240, 130, 180)
        case .boat: RGBColor(125, 60, 165)
        case .tent: RGBColor(255, 165, 20)
        case .kite: RGBColor(230, 25, 45)
        case .lighthouse: RGBColor(60, 220, 210)
        case .bale: RGBColor(245, 230, 80)
        }
    }

    /// Whether the class fills a region rather than standing for single objects.
    var isBackground: Bool { rawValue <= SceneClass.water.rawValue }

    /// Whether objects of the class float above the horizon.
    var isAirborne: Bool { self == .balloon || self == .kite }
}

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
