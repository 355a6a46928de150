import DMTensors

/// The colors in which classes are shown and stored: entry `k` is the color of class `k`.
public struct Palette: Sendable, Equatable {
    /// At most 256 colors.
    public let colors: [RGBColor]

    /// The palette of the given colors.
    ///
    /// - Precondition: There are at most 256.
    public init(_ colors: [RGBColor]) {
        checkShape(colors.count <= 256, "a palette has at most 256 colors, not \(colors.count)")
        self.colors = colors
    }

    /// The color of a label; labels beyond the palette, 255 ('ignore') among them, are shown almost white.
    public subscript(label: UInt8) -> RGBColor { Int(label) < colors.count ? colors[Int(label)] : RGBColor(224, 224, 224) }
}

extension Palette {
    /// The 256 colors of PASCAL VOC's masks: bits 0, 3, 6 of a label make the high bits of red, the next ones those of
    /// green and blue. Label 255, the boundary, is (224, 224, 192).
    public static let pascalVOC = Palette(
        (0..<256).map { label in
            func channel(_ first: Int) -> UInt8 {
                (0..<3).reduce(0) { level, place in
                    let bit = first + 3 * place
                    return bit < 8 && label >> bit & 1 == 1 ? level | 0x80 >> UInt8(place) : level
                }
            }
            return RGBColor(channel(0), channel(1), channel(2))
        })

    /// The label of a color; of several equal colors, the smallest.
    func label(of color: RGBColor) -> UInt8? { colors.firstIndex(of: color).map { UInt8($0) } }
}

/// A color of eight bits per channel.
public struct RGBColor: Sendable, Hashable, Codable {
    /// The red channel.
    public var red: UInt8
    /// The green channel.
    public var green: UInt8
    /// The blue channel.
    public var blue: UInt8

    /// The color of the three channels.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }
}
