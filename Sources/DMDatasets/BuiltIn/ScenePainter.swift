import DMTensors

/// Turns a scene into its mask and its image.
enum ScenePainter {
    /// The class of each pixel `[side, side]`.
    static func mask(of scene: Scene) -> Tensor<UInt8> {
        let side = scene.side
        return Tensor(shape: [side, side]) { labels in
            for row in 0..<side {
                for column in 0..<side { labels[row * side + column] = scene.landscape.region(column: column, row: row).rawValue }
            }
            for object in scene.objects {
                for piece in object.pieces {
                    paint(piece.shape, side: side) { pixel, _, _, distance in
                        if distance < 0 { labels[pixel] = object.label.rawValue }
                    }
                }
            }
        }
    }

    /// The image `[side, side, 3]`.
    static func image(of scene: Scene) -> Tensor<UInt8> {
        let side = scene.side
        var canvas = [SceneColor](repeating: SceneColor(0, 0, 0), count: side * side)
        canvas.withUnsafeMutableBufferPointer { canvas in
            paintRegions(of: scene, on: canvas)
            for object in scene.objects {
                for piece in object.pieces {
                    paint(piece.shape, side: side) { pixel, x, y, distance in
                        let share = min(max(0.5 - distance, 0), 1)
                        canvas[pixel] = canvas[pixel].mixed(with: piece.paint.color(x, y), share: share)
                    }
                }
            }
        }
        return Tensor(shape: [side, side, 3]) { bytes in
            canvas.withUnsafeBufferPointer { develop($0, of: scene, into: bytes) }
        }
    }

    private static func paintRegions(of scene: Scene, on canvas: UnsafeMutableBufferPointer<SceneColor>) {
        let side = scene.side
        for row in 0..<side {
            for column in 0..<side {
                let region = scene.landscape.region(column: column, row: row)
                canvas[row * side + column] = scene.weather.surface(region, Float(column) + 0.5, Float(row) + 0.5)
            }
        }
    }

    /// Calls `body` with index, center and distance of each pixel on or near a shape.
    @inline(__always)
    private static func paint(_ shape: SceneShape, side: Int, body: (_ pixel: Int, _ x: Float, _ y: Float, _ distance: Float) -> Void) {
        let columns = max(0, Int(shape.left) - 1)..<max(max(0, Int(shape.left) - 1), min(side, Int(shape.right) + 2))
        let rows = max(0, Int(shape.top) - 1)..<max(max(0, Int(shape.top) - 1), min(side, Int(shape.bottom) + 2))
        for row in rows {
            for column in columns {
                let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
                let distance = shape.distance(x, y)
                if distance < 0.5 { body(row * side + column, x, y, distance) }
            }
        }
    }

    /// Applies light and grain, and rounds to bytes.
    private static func develop(
        _ canvas: UnsafeBufferPointer<SceneColor>, of scene: Scene, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let side = scene.side
        let weather = scene.weather
        for row in 0..<side {
            for column in 0..<side {
                let pixel = row * side + column
                let seen = weather.lit(canvas[pixel], Float(column) + 0.5, Float(row) + 0.5)
                let grain = grainValues(weather.grainSeed, pixel)
                bytes[3 * pixel] = byte(seen.red + weather.grain * grain.0)
                bytes[3 * pixel + 1] = byte(seen.green + weather.grain * grain.1)
                bytes[3 * pixel + 2] = byte(seen.blue + weather.grain * grain.2)
            }
        }
    }

    /// Three numbers in [-1, 1], most of them near 0, that depend on the pixel alone.
    @inline(__always)
    private static func grainValues(_ seed: UInt64, _ pixel: Int) -> (Float, Float, Float) {
        let bits = SceneNoise.bits(seed, pixel)
        func triangle(_ shift: UInt64) -> Float {
            (Float((bits >> shift) & 0x3FF) + Float((bits >> (shift + 10)) & 0x3FF)) * (1 / 1023) - 1
        }
        return (triangle(0), triangle(20), triangle(40))
    }

    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 1) * 255 + 0.5) }
}
