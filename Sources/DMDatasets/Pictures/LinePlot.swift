/// A plot of lines over two axes, for reports: marks at the points, straight lines between them, ticks and a legend.
///
/// ```swift
/// var plot = LinePlot(title: "cost of a step", xLabel: "pixels", yLabel: "seconds", scale: .logarithmic)
/// plot.series.append(LinePlot.Series(label: "two threads", points: [(2304, 0.1), (9216, 0.4)]))
/// try ImageFile.write(plot.picture().image, to: "cost.png")
/// ```
public struct LinePlot: Sendable {
    /// How numbers become places along an axis.
    public enum Scale: String, Sendable, Codable, CaseIterable {
        /// In proportion.
        case linear
        /// By their logarithms: a power law is a straight line whose slope is the exponent.
        case logarithmic
    }

    /// Points that belong together, in the order in which they are joined.
    public struct Series: Sendable {
        /// What the legend says; letters of ASCII.
        public var label: String
        /// The points.
        public var points: [(x: Double, y: Double)]

        /// A line through the given points.
        public init(label: String, points: [(x: Double, y: Double)]) {
            self.label = label
            self.points = points
        }
    }

    /// What stands above the plot.
    public var title: String
    /// What the axes mean.
    public var xLabel, yLabel: String
    /// How numbers become places.
    public var xScale, yScale: Scale
    /// What stands at the places 0, 1, ... of the x axis instead of numbers; their points are not joined.
    public var xNames: [String]?
    /// The lines, each in a color of its own.
    public var series: [Series]

    /// A plot, empty unless lines are given.
    ///
    /// - Parameters:
    ///   - scale: How numbers become places along both axes.
    ///   - yScale: The upright axis' own scale; nil for the same.
    ///   - xNames: What stands at the places 0, 1, ... of the x axis, letters of ASCII; nil for numbers.
    public init(
        title: String, xLabel: String, yLabel: String, scale: Scale = .linear, yScale: Scale? = nil, xNames: [String]? = nil,
        series: [Series] = []
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        xScale = scale
        self.yScale = yScale ?? scale
        self.xNames = xNames
        self.series = series
    }

    /// The colors of the lines in their order; they come again after the last one.
    public static let colors = [
        RGBColor(31, 96, 175), RGBColor(205, 82, 20), RGBColor(44, 140, 60), RGBColor(150, 60, 150), RGBColor(110, 110, 110),
        RGBColor(190, 150, 0), RGBColor(0, 150, 160), RGBColor(200, 60, 110), RGBColor(110, 80, 50),
    ]
}
