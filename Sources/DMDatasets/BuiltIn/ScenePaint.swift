/// How the inside of a shape is coloured.
enum ScenePaint: Sendable {
    /// One colour.
    case plain(SceneColor)
    /// Two colours in turn along the direction `(x, y)`, each `width` pixels wide.
    case stripes(SceneColor, SceneColor, x: Float, y: Float, width: Float)
    /// A chessboard of two colours with fields of `width` pixels.
    case checks(SceneColor, SceneColor, width: Float)

    /// The colour at a pixel.
    func color(_ x: Float, _ y: Float) -> SceneColor {
        switch self {
        case .plain(let color):
            color
        case .stripes(let first, let second, let directionX, let directionY, let width):
            Self.isEven((x * directionX + y * directionY) / width) ? first : second
        case .checks(let first, let second, let width):
            Self.isEven(x / width) == Self.isEven(y / width) ? first : second
        }
    }

    private static func isEven(_ position: Float) -> Bool { Int(position.rounded(.down)) & 1 == 0 }
}
