/// The arithmetic of color jitter, on interleaved red, green and blue in [0, 1].
enum ColorChanges {
    typealias Pixels = UnsafeMutableBufferPointer<Float>

    static func apply(_ change: StrongTransform.ColorChange, to pixels: Pixels) {
        switch change {
        case .brightness(let factor): blend(pixels, factor: factor, toward: 0)
        case .contrast(let factor): blend(pixels, factor: factor, toward: meanBrightness(of: pixels))
        case .saturation(let factor): saturate(pixels, factor: factor)
        case .hue(let turn): turnHue(pixels, by: turn)
        }
    }

    /// Brightness as the eye weighs it (ITU-R BT.601).
    @inline(__always)
    private static func brightness(_ red: Float, _ green: Float, _ blue: Float) -> Float {
        0.299 * red + 0.587 * green + 0.114 * blue
    }

    @inline(__always)
    private static func limited(_ value: Float) -> Float { min(max(value, 0), 1) }

    private static func blend(_ pixels: Pixels, factor: Float, toward level: Float) {
        for index in 0..<pixels.count { pixels[index] = limited(level + (pixels[index] - level) * factor) }
    }

    private static func meanBrightness(of pixels: Pixels) -> Float {
        var total = 0.0
        for index in stride(from: 0, to: pixels.count, by: 3) {
            total += Double(brightness(pixels[index], pixels[index + 1], pixels[index + 2]))
        }
        return pixels.isEmpty ? 0 : Float(total / Double(pixels.count / 3))
    }

    private static func saturate(_ pixels: Pixels, factor: Float) {
        for index in stride(from: 0, to: pixels.count, by: 3) {
            let gray = brightness(pixels[index], pixels[index + 1], pixels[index + 2])
            pixels[index] = limited(gray + (pixels[index] - gray) * factor)
            pixels[index + 1] = limited(gray + (pixels[index + 1] - gray) * factor)
            pixels[index + 2] = limited(gray + (pixels[index + 2] - gray) * factor)
        }
    }

    /// Turns the hue and keeps the largest and the smallest channel (value and saturation) as they are.
    private static func turnHue(_ pixels: Pixels, by turn: Float) {
        for index in stride(from: 0, to: pixels.count, by: 3) {
            let (red, green, blue) = (pixels[index], pixels[index + 1], pixels[index + 2])
            let largest = max(red, green, blue)
            let spread = largest - min(red, green, blue)
            guard spread > 0 else { continue }
            let hue = sixths(red: red, green: green, blue: blue, largest: largest, spread: spread) + 6 * turn
            pixels[index] = channel(hue + 5, largest, spread)
            pixels[index + 1] = channel(hue + 3, largest, spread)
            pixels[index + 2] = channel(hue + 1, largest, spread)
        }
    }

    /// The hue in sixths of the color circle, from -1 to 5; red is 0, green 2, blue 4.
    @inline(__always)
    private static func sixths(red: Float, green: Float, blue: Float, largest: Float, spread: Float) -> Float {
        if largest == red { return (green - blue) / spread }
        if largest == green { return (blue - red) / spread + 2 }
        return (red - green) / spread + 4
    }

    /// A channel of the color whose hue, shifted for that channel, is `position` sixths.
    @inline(__always)
    private static func channel(_ position: Float, _ largest: Float, _ spread: Float) -> Float {
        let wrapped = position - 6 * (position * (1 / 6)).rounded(.down)
        return largest - spread * max(0, min(wrapped, 4 - wrapped, 1))
    }
}
