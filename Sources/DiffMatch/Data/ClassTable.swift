public import DMDatasets

/// The names and colours of the classes that a network tells apart.
public struct ClassTable: Sendable, Equatable, Codable {
    /// The names, in the order of the labels.
    public let names: [String]
    /// The colours, in the same order.
    public let colors: [RGBColor]

    /// The classes of a data set.
    public init(of dataset: any SegmentationDataset) {
        names = dataset.classNames
        colors = dataset.palette.colors
    }

    /// The colours as a palette.
    public var palette: Palette { Palette(colors) }
}
