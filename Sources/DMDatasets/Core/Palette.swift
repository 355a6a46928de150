import DMTensors

/// The colours in which classes are shown and stored: entry `k` is the colour of class `k`.
public struct Palette: Sendable, Equatable {
    /// At most 256 colours.
    public let colors: [RGBColor]

    /// The palette of the given colours.
    ///
    /// - Precondition: There are at most 256.
    public init(_ colors: [RGBColor]) {
        checkShape(colors.count <= 256, "a palette has at most 256 colours, not \(colors.count)")
        self.colors = colors
    }

    /// The colour of a label; labels beyond the palette, 255 ('ignore') among them, are shown almost white.
    public subscript(label: UInt8) -> RGBColor { Int(label) < colors.count ? colors[Int(label)] : RGBColor(224, 224, 224) }
}
