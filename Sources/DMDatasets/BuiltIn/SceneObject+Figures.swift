import DMTensors

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
