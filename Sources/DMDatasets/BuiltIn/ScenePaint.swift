/// How the inside of a shape is coloured.
enum ScenePaint: Sendable {
    /// One colour.
    case plain(SceneColor)
    /// Two colours in turn along the direction `(x, y)`, each `width` pixels wide.
    case stripes(SceneColor, SceneColor, x: Float, y: Float, width: Float)

    /// The colour at a pixel.
    func color(_ x: Float, _ y: Float) -> SceneColor {
        switch self {
        case .plain(let color):
            color
        case .stripes(let first, let second, let directionX, let directionY, let width):
            Int(((x * directionX + y * directionY) / width).rounded(.down)) & 1 == 0 ? first : second
        }
    }
}
