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
