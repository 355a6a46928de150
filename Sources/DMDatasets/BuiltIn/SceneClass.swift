/// What the built-in scenes show, the most frequent first; the raw value is the label.
public enum SceneClass: UInt8, Sendable, CaseIterable {
    /// The sky, with clouds and sometimes a sun.
    case sky
    /// Open ground, with bushes and stones.
    case meadow
    /// The chain of hills between sky and meadow.
    case hills
    /// A lake that fills the foreground; it has the colors of the sky.
    case water
    /// A fir or a round tree.
    case tree
    /// A house with a pitched roof.
    case house
    /// A striped balloon in the sky.
    case balloon
    /// A sailing boat on the water.
    case boat
    /// A tent on the meadow: the outline of a fir or a roof, the colors of houses and balloons.
    case tent
    /// A kite in the sky: the place and some of the colors of a balloon, in fields instead of stripes.
    case kite
    /// A lighthouse: the place of a house, the stripes of a balloon.
    case lighthouse
    /// A bale of straw: the outline of a balloon or a round tree, the colors of the meadow.
    case bale

    /// The name shown in tables and legends.
    public var name: String { "\(self)" }

    /// The color in masks and legends.
    public var color: RGBColor {
        switch self {
        case .sky: RGBColor(120, 180, 235)
        case .meadow: RGBColor(140, 200, 90)
        case .hills: RGBColor(100, 115, 150)
        case .water: RGBColor(25, 75, 175)
        case .tree: RGBColor(15, 105, 55)
        case .house: RGBColor(185, 80, 50)
        case .balloon: RGBColor(240, 130, 180)
        case .boat: RGBColor(125, 60, 165)
        case .tent: RGBColor(255, 165, 20)
        case .kite: RGBColor(230, 25, 45)
        case .lighthouse: RGBColor(60, 220, 210)
        case .bale: RGBColor(245, 230, 80)
        }
    }

    /// Whether the class fills a region rather than standing for single objects.
    var isBackground: Bool { rawValue <= SceneClass.water.rawValue }

    /// Whether objects of the class float above the horizon.
    var isAirborne: Bool { self == .balloon || self == .kite }
}
