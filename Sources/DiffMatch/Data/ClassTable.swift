public import DMDatasets

/// The names and colors of the classes that a network tells apart.
public struct ClassTable: Sendable, Equatable, Codable {
    /// The names, in the order of the labels.
    public let names: [String]
    /// The colors, in the same order.
    public let colors: [RGBColor]

    /// The classes of a data set.
    public init(of dataset: any SegmentationDataset) {
        names = dataset.classNames
        colors = dataset.palette.colors
    }

    /// The colors as a palette.
    public var palette: Palette { Palette(colors) }
}
