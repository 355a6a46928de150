import DMTensors

/// An object in a scene: colored shapes, painted one over the other, with one label.
struct SceneObject: Sendable {
    /// One colored shape.
    struct Piece: Sendable {
        let shape: SceneShape
        let paint: ScenePaint
    }

    /// The class of its pixels.
    let label: SceneClass
    /// The shapes, the hindmost first.
    let pieces: [Piece]

    init(_ label: SceneClass, _ pieces: [(SceneShape, ScenePaint)]) {
        self.label = label
        self.pieces = pieces.map { Piece(shape: $0.0, paint: $0.1) }
    }
}

/// A rectangle in pixels that an object fills.
struct SceneBox: Sendable {
    var left: Float
    var top: Float
    var width: Float
    var height: Float

    var right: Float { left + width }
    var bottom: Float { top + height }
    var middleX: Float { left + width / 2 }
    var middleY: Float { top + height / 2 }

    /// The point at the given shares of width and height.
    func point(_ shareX: Float, _ shareY: Float) -> (x: Float, y: Float) { (left + width * shareX, top + height * shareY) }

    /// The area that two boxes share, as a part of the smaller of them.
    func overlap(with other: SceneBox) -> Float {
        let sharedWidth = min(right, other.right) - max(left, other.left)
        let sharedHeight = min(bottom, other.bottom) - max(top, other.top)
        guard sharedWidth > 0, sharedHeight > 0 else { return 0 }
        return sharedWidth * sharedHeight / min(width * height, other.width * other.height)
    }
}

/// The figures of each class, drawn into a box.
///
/// Classes borrow from each other on purpose: a rare one has the outline of a frequent one and the colors of
/// another, so that neither outline nor color alone gives it away.
extension SceneObject {
    /// An object of `label` that fills `box`.
    static func figure(_ label: SceneClass, in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        switch label {
        case .tree: random.chance(0.6) ? fir(in: box, using: &random) : roundTree(in: box, using: &random)
        case .house: house(in: box, using: &random)
        case .balloon: balloon(in: box, using: &random)
        case .boat: boat(in: box, using: &random)
        case .tent: tent(in: box, using: &random)
        case .kite: kite(in: box, using: &random)
        case .lighthouse: lighthouse(in: box, using: &random)
        case .bale: bale(in: box, using: &random)
        case .sky, .meadow, .hills, .water: SceneObject(label, [])
        }
    }

    private static func fir(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let leaf = SceneColors.foliage(using: &random)
        let trunk = SceneBox(
            left: box.middleX - box.width * 0.08, top: box.bottom - box.height * 0.2, width: box.width * 0.16, height: box.height * 0.2)
        return SceneObject(
            .tree,
            [
                (.rectangle(trunk), .plain(SceneColor(0.36, 0.25, 0.17))),
                (.polygon([box.point(0.5, 0.3), box.point(1, 0.86), box.point(0, 0.86)]), .plain(leaf.scaled(by: 0.85))),
                (.polygon([box.point(0.5, 0.1), box.point(0.93, 0.6), box.point(0.07, 0.6)]), .plain(leaf.scaled(by: 0.95))),
                (.polygon([box.point(0.5, 0), box.point(0.85, 0.36), box.point(0.15, 0.36)]), .plain(leaf.scaled(by: 1.08))),
            ])
    }

    private static func roundTree(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let leaf = SceneColors.foliage(using: &random)
        let radius = box.width * 0.5
        let trunk = SceneBox(
            left: box.middleX - box.width * 0.09, top: box.top + radius, width: box.width * 0.18, height: box.height - radius)
        return SceneObject(
            .tree,
            [
                (.rectangle(trunk), .plain(SceneColor(0.36, 0.25, 0.17))),
                (.disc(x: box.middleX, y: box.top + radius, radius: radius), .plain(leaf.scaled(by: 0.9))),
                (.disc(x: box.middleX - radius * 0.25, y: box.top + radius * 0.75, radius: radius * 0.6), .plain(leaf.scaled(by: 1.1))),
            ])
    }

    private static func house(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let wall = random.chance(0.8) ? SceneColors.wall(using: &random) : SceneColors.bright(using: &random)
        let roof = SceneColors.roof(using: &random)
        let body = SceneBox(
            left: box.left + box.width * 0.06, top: box.top + box.height * 0.4, width: box.width * 0.88, height: box.height * 0.6)
        let timber = random.chance(0.3)
        let plank = max(2, box.width * 0.12)
        let front: ScenePaint = timber ? .stripes(wall, wall.scaled(by: 0.8), x: 0, y: 1, width: plank) : .plain(wall)
        var pieces: [(SceneShape, ScenePaint)] = [
            (.rectangle(body), front),
            (.polygon([box.point(0.5, 0), box.point(1, 0.44), box.point(0, 0.44)]), .plain(roof)),
        ]
        let glass = ScenePaint.plain(random.chance(0.5) ? SceneColor(0.2, 0.25, 0.35) : SceneColor(0.98, 0.88, 0.5))
        for place: Float in [0.16, 0.62] {
            pieces.append((.rectangle(body.inset(x: place, y: 0.22, width: 0.22, height: 0.34)), glass))
        }
        return SceneObject(.house, pieces)
    }

    private static func balloon(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let radius = box.width / 2
        let cloth = SceneColors.balloonCloth(width: box.width * random.uniform(0.16...0.26), using: &random)
        let basket = SceneBox(
            left: box.middleX - box.width * 0.12, top: box.bottom - box.height * 0.14, width: box.width * 0.24, height: box.height * 0.14)
        return SceneObject(
            .balloon,
            [
                (.polygon([box.point(0.06, 0.5), box.point(0.94, 0.5), box.point(0.62, 0.88), box.point(0.38, 0.88)]), cloth),
                (.disc(x: box.middleX, y: box.top + radius, radius: radius), cloth),
                (.rectangle(basket), .plain(SceneColor(0.4, 0.28, 0.16))),
            ])
    }

    private static func boat(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let hull = SceneColors.roof(using: &random)
        let sail = random.chance(0.8) ? ScenePaint.plain(SceneColor(0.95, 0.94, 0.9)) : .plain(SceneColors.bright(using: &random))
        return SceneObject(
            .boat,
            [
                (.polygon([box.point(0.46, 0), box.point(0.46, 0.74), box.point(0.06, 0.74)]), sail),
                (.polygon([box.point(0.52, 0.1), box.point(0.94, 0.74), box.point(0.52, 0.74)]), sail),
                (.polygon([box.point(0, 0.72), box.point(1, 0.72), box.point(0.82, 1), box.point(0.16, 1)]), .plain(hull)),
            ])
    }

    private static func tent(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let striped = random.chance(0.3)
        let cloth = striped ? SceneColors.balloonCloth(width: box.width * 0.14, using: &random) : .plain(SceneColors.bright(using: &random))
        let dark = ScenePaint.plain(SceneColor(0.16, 0.14, 0.16))
        return SceneObject(
            .tent,
            [
                (.polygon([box.point(0.5, 0), box.point(1, 1), box.point(0, 1)]), cloth),
                (.polygon([box.point(0.5, 0.42), box.point(0.64, 1), box.point(0.36, 1)]), dark),
            ])
    }

    private static func kite(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let first = ScenePaint.plain(SceneColors.bright(using: &random))
        let second = ScenePaint.plain(SceneColors.bright(using: &random))
        let lean = random.uniform(-0.16...0.16)
        let (head, tail) = (box.point(0.5 + lean, 0), box.point(0.5 - lean, 1))
        let (wing, otherWing) = (box.point(0, 0.42), box.point(1, 0.42))
        let cross = box.point(0.5 + lean * 0.16, 0.42)
        return SceneObject(
            .kite,
            [
                (.polygon([head, otherWing, tail, wing]), first),
                (.polygon([head, cross, wing]), second),
                (.polygon([cross, otherWing, tail]), second),
            ])
    }

    private static func lighthouse(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let band = SceneColors.bright(using: &random)
        let wall = ScenePaint.stripes(band, SceneColor(0.93, 0.92, 0.9), x: 0, y: 1, width: box.height * 0.16)
        return SceneObject(
            .lighthouse,
            [
                (.polygon([box.point(0.2, 0.2), box.point(0.8, 0.2), box.point(1, 1), box.point(0, 1)]), wall),
                (.rectangle(box.inset(x: 0.24, y: 0.06, width: 0.52, height: 0.16)), .plain(SceneColor(0.99, 0.9, 0.5))),
                (.polygon([box.point(0.5, 0), box.point(0.85, 0.1), box.point(0.15, 0.1)]), .plain(band.scaled(by: 0.7))),
            ])
    }

    private static func bale(in box: SceneBox, using random: inout RandomSource) -> SceneObject {
        let straw = SceneColor(0.8, 0.68, 0.32).jittered(by: 0.08, using: &random)
        let radius = box.width / 2
        return SceneObject(
            .bale,
            [
                (.disc(x: box.middleX, y: box.middleY, radius: radius), .plain(straw)),
                (.ring(x: box.middleX, y: box.middleY, radius: radius * 0.62, width: radius * 0.16), .plain(straw.scaled(by: 0.75))),
                (.ring(x: box.middleX, y: box.middleY, radius: radius * 0.28, width: radius * 0.16), .plain(straw.scaled(by: 0.75))),
            ])
    }
}

extension SceneBox {
    /// The part of the box at the given shares of its width and height.
    func inset(x: Float, y: Float, width shareX: Float, height shareY: Float) -> SceneBox {
        SceneBox(left: left + width * x, top: top + height * y, width: width * shareX, height: height * shareY)
    }
}

extension SceneShape {
    static func rectangle(_ box: SceneBox) -> SceneShape { .box(left: box.left, top: box.top, right: box.right, bottom: box.bottom) }
}

/// A plain figure, given by its distance function: negative inside, positive outside, in pixels.
struct SceneShape: Sendable {
    /// The smallest rectangle around the figure, in pixels.
    let left: Float
    let top: Float
    let right: Float
    let bottom: Float
    private let outline: Outline

    private enum Outline: Sendable {
        case disc(x: Float, y: Float, radius: Float)
        case ring(x: Float, y: Float, radius: Float, width: Float)
        case polygon([Edge])
    }

    /// The half plane `x * normalX + y * normalY <= offset`.
    private struct Edge: Sendable {
        let normalX: Float
        let normalY: Float
        let offset: Float
    }

    /// A disc.
    static func disc(x: Float, y: Float, radius: Float) -> SceneShape {
        SceneShape(
            left: x - radius, top: y - radius, right: x + radius, bottom: y + radius, outline: .disc(x: x, y: y, radius: radius))
    }

    /// A ring; `radius` runs to the middle of its line of the given `width`.
    static func ring(x: Float, y: Float, radius: Float, width: Float) -> SceneShape {
        let outer = radius + width / 2
        return SceneShape(
            left: x - outer, top: y - outer, right: x + outer, bottom: y + outer,
            outline: .ring(x: x, y: y, radius: radius, width: width))
    }

    /// A convex polygon whose corners follow each other clockwise as seen on the screen (y points down).
    static func polygon(_ corners: [(x: Float, y: Float)]) -> SceneShape {
        let edges = corners.indices.map { index in
            let (from, to) = (corners[index], corners[(index + 1) % corners.count])
            let (alongX, alongY) = (to.x - from.x, to.y - from.y)
            let length = max((alongX * alongX + alongY * alongY).squareRoot(), 1e-6)
            let (normalX, normalY) = (alongY / length, -alongX / length)
            return Edge(normalX: normalX, normalY: normalY, offset: normalX * from.x + normalY * from.y)
        }
        let xs = corners.map(\.x)
        let ys = corners.map(\.y)
        return SceneShape(
            left: xs.min() ?? 0, top: ys.min() ?? 0, right: xs.max() ?? 0, bottom: ys.max() ?? 0, outline: .polygon(edges))
    }

    /// A rectangle.
    static func box(left: Float, top: Float, right: Float, bottom: Float) -> SceneShape {
        polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    /// The distance of a point from the outline, negative inside.
    func distance(_ x: Float, _ y: Float) -> Float {
        switch outline {
        case .disc(let centerX, let centerY, let radius):
            let (dx, dy) = (x - centerX, y - centerY)
            return (dx * dx + dy * dy).squareRoot() - radius
        case .ring(let centerX, let centerY, let radius, let width):
            let (dx, dy) = (x - centerX, y - centerY)
            return abs((dx * dx + dy * dy).squareRoot() - radius) - width / 2
        case .polygon(let edges):
            var distance = -Float.infinity
            for edge in edges { distance = max(distance, x * edge.normalX + y * edge.normalY - edge.offset) }
            return distance
        }
    }
}
