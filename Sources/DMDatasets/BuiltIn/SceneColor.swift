import DMTensors

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
