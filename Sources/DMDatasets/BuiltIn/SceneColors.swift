import DMTensors

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
