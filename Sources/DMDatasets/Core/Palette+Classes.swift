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
