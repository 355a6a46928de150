/// A thing in a scene: colored shapes, painted one over the other, that share one label.
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
