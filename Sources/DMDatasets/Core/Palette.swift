import DMTensors

/// The colors in which classes are shown and stored: entry `k` is the color of class `k`.
public struct Palette: Sendable, Equatable {
    /// At most 256 colors.
    public let colors: [RGBColor]

    /// The palette of the given colors.
    ///
    /// - Precondition: There are at most 256.
    public init(_ colors: [RGBColor]) {
        require(colors.count <= 256, "a palette has at most 256 colors, not \(colors.count)")
        self.colors = colors
    }

    /// The color of a label; labels beyond the palette, 255 ('ignore') among them, are shown almost white.
    public subscript(label: UInt8) -> RGBColor { Int(label) < colors.count ? colors[Int(label)] : RGBColor(224, 224, 224) }
}
