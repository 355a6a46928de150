import DMTensors

/// One scene before it is painted: the lie of the land, the weather and the things in it.
struct Scene: Sendable {
    /// The side of the square image, in pixels.
    let side: Int
    /// The land that everything stands on.
    let landscape: Landscape
    /// Light, haze and grain.
    let weather: SceneWeather
    /// The things, in the order in which they are painted.
    private(set) var objects: [SceneObject] = []
    private var occupied: [SceneBox] = []

    /// Composes a scene that shows the given classes.
    ///
    /// - Parameters:
    ///   - side: The side of the image in pixels.
    ///   - classes: What has to appear; a boat brings its water along.
    ///   - classCount: The number of classes of the data set; labels from this number on are not used.
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
