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
