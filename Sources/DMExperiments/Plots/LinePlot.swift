public import DMDatasets
import DMTensors
import Foundation

/// A line plot for reports: markers joined by straight lines, two axes with ticks, a grid and a legend.
///
/// ```swift
/// var plot = LinePlot(title: "cost of a step", xLabel: "pixels", yLabel: "seconds", scale: .logarithmic)
/// plot.series.append(LinePlot.Series(label: "two threads", points: [(2304, 0.1), (9216, 0.4)]))
/// try ImageFile.write(plot.picture().image, to: "cost.png")
/// ```
public struct LinePlot: Sendable {
    /// The scale of an axis.
    public enum Scale: String, Sendable, Codable, CaseIterable {
        /// Equal distances for equal differences.
        case linear
        /// Equal distances for equal ratios: a power law is a straight line whose slope is the exponent.
        case logarithmic
    }

    /// One line: its points, in the order in which they are joined.
    public struct Series: Sendable {
        /// The text in the legend, in ASCII.
        public var label: String
        /// The points.
        public var points: [(x: Double, y: Double)]

        /// A line through the given points.
        public init(label: String, points: [(x: Double, y: Double)]) {
            self.label = label
            self.points = points
        }
    }

    /// The title above the plot.
    public var title: String
    /// The labels of the axes.
    public var xLabel, yLabel: String
    /// The scales of the axes.
    public var xScale, yScale: Scale
    /// The categories at x = 0, 1, ..., shown instead of numbers; nil for numbers. Points of categories are not joined.
    public var xNames: [String]?
    /// The lines, each in its own color.
    public var series: [Series]

    /// A plot of the given lines.
    ///
    /// - Parameters:
    ///   - title: The title above the plot, in ASCII.
    ///   - xLabel: The label of the x axis.
    ///   - yLabel: The label of the y axis.
    ///   - scale: The scale of both axes.
    ///   - yScale: The scale of the y axis, if it is another one.
    ///   - xNames: The categories at x = 0, 1, ..., in ASCII; nil for numbers.
    ///   - series: The lines.
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

    /// The colors of the lines, in order; they repeat after the last one.
    public static let colors = [
        RGBColor(31, 96, 175), RGBColor(205, 82, 20), RGBColor(44, 140, 60), RGBColor(150, 60, 150), RGBColor(110, 110, 110),
        RGBColor(190, 150, 0), RGBColor(0, 150, 160), RGBColor(200, 60, 110), RGBColor(110, 80, 50),
    ]
}

// MARK: - Drawing

extension LinePlot {
    /// The plot as a picture.
    ///
    /// - Parameters:
    ///   - width: The width in pixels.
    ///   - height: The height in pixels, legend included; the picture is higher where that leaves the plot less than 150.
    /// - Precondition: There is at least one point. All numbers are finite, above 0 on logarithmic axes, and indices of
    ///   categories where the x axis has those. The picture has at least 200 x 150 pixels.
    public func picture(width: Int = 560, height: Int = 380) -> Picture {
        require(width >= 200 && height >= 150, "a plot needs 200 x 150 pixels, not \(width) x \(height)")
        let colors = series.indices.map { Self.colors[$0 % Self.colors.count] }
        let legend = Picture.legend(names: series.map(\.label), palette: Palette(colors), width: width)
        let height = max(150, height - legend.height)
        let points = series.flatMap(\.points)
        let x = xNames.map { PlotAxis(places: points.map(\.x), of: $0) } ?? PlotAxis(showing: points.map(\.x), scale: xScale)
        let y = PlotAxis(showing: points.map(\.y), scale: yScale)
        let widest = y.ticks.map { Picture.width(of: y.text($0)) }.max() ?? 0
        let line = Picture.textHeight() + 6
        let area = PlotArea(left: widest + 16, top: 2 * line + 8, right: width - 20, bottom: height - 2 * line - 8, x: x, y: y)

        var picture = Picture(width: width, height: height)
        picture.write(title, x: area.left, y: 6)
        picture.write(yLabel, x: 6, y: 6 + line)
        picture.write(xLabel, x: area.right - Picture.width(of: xLabel), y: height - line)
        drawAxes(on: &picture, area)
        for (line, color) in zip(series, colors) { draw(line, in: color, on: &picture, area) }
        return .stacked([picture, legend])
    }

    private func drawAxes(on picture: inout Picture, _ area: PlotArea) {
        let (frame, grid) = (RGBColor(120, 120, 120), RGBColor(225, 225, 225))
        for tick in area.x.ticks {
            let column = area.column(of: tick)
            picture.fill(x: column, y: area.top, width: 1, height: area.bottom - area.top, color: grid)
            let text = area.x.text(tick)
            picture.write(text, x: column - Picture.width(of: text) / 2, y: area.bottom + 6)
        }
        for tick in area.y.ticks {
            let row = area.row(of: tick)
            picture.fill(x: area.left, y: row, width: area.right - area.left, height: 1, color: grid)
            let text = area.y.text(tick)
            picture.write(text, x: area.left - 6 - Picture.width(of: text), y: row - Picture.textHeight() / 2)
        }
        picture.outline(x: area.left, y: area.top, width: area.right - area.left + 1, height: area.bottom - area.top + 1, color: frame)
    }

    private func draw(_ line: Series, in color: RGBColor, on picture: inout Picture, _ area: PlotArea) {
        let places = line.points.map { (x: area.column(of: $0.x), y: area.row(of: $0.y)) }
        if xNames == nil { for (start, end) in zip(places, places.dropFirst()) { picture.line(from: start, to: end, color: color) } }
        for place in places { picture.fill(x: place.x - 2, y: place.y - 2, width: 5, height: 5, color: color) }
    }
}

/// The rectangle between the axes, in pixels, and the axes.
private struct PlotArea {
    let left, top, right, bottom: Int
    let x, y: PlotAxis

    func column(of value: Double) -> Int { left + Int((x.position(of: value) * Double(right - left)).rounded()) }
    func row(of value: Double) -> Int { bottom - Int((y.position(of: value) * Double(bottom - top)).rounded()) }
}

/// One axis of a plot: its range and its ticks.
private struct PlotAxis {
    /// The numbers at the ticks, ascending.
    let ticks: [Double]
    private let scale: LinePlot.Scale
    private let bounds: ClosedRange<Double>
    private let names: [String]?

    /// An axis of categories at 0, 1, ..., with a margin of one half at both ends.
    ///
    /// - Precondition: There is a name, and each place is the index of one.
    init(places: [Double], of names: [String]) {
        require(
            !names.isEmpty && places.allSatisfy { (0..<Double(names.count)).contains($0) && $0 == $0.rounded() },
            "an axis of \(names.count) names has no places \(places)")
        ticks = names.indices.map(Double.init)
        (scale, bounds, self.names) = (.linear, -0.5...Double(names.count) - 0.5, names)
    }

    /// An axis that shows the given numbers.
    ///
    /// A linear one begins and ends at a tick, a logarithmic one a little beyond the numbers.
    ///
    /// - Precondition: There is a number; all are finite, and above 0 on a logarithmic axis.
    init(showing values: [Double], scale: LinePlot.Scale) {
        require(!values.isEmpty && values.allSatisfy(\.isFinite), "an axis shows finite numbers, at least one, not \(values)")
        let (least, most) = (values.min() ?? 0, values.max() ?? 0)
        require(scale == .linear || least > 0, "a logarithmic axis shows numbers above 0, not \(least)")
        self.scale = scale
        names = nil
        switch scale {
        case .linear:
            let step = Self.step(dividing: most > least ? most - least : max(abs(least), 1))
            let (first, last) = ((least / step).rounded(.down), (most / step).rounded(.up))
            ticks = stride(from: first, through: max(last, first + 1), by: 1).map { $0 * step }
            bounds = ticks[0]...ticks[ticks.count - 1]
        case .logarithmic:
            bounds = log10(least / 1.15)...log10(most * 1.15)
            let decades = stride(from: bounds.lowerBound.rounded(.down), through: bounds.upperBound, by: 1)
            let candidates = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, decade) } }
            let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
            let round = candidates.filter { (lower...upper).contains(log10($0)) }
            // Numbers close together may have no round one among them.
            ticks = round.count > 1 || least == most ? round : [least, most]
        }
    }

    /// The relative position of a number: 0 at the start of the axis, 1 at its end.
    func position(of value: Double) -> Double {
        let place = scale == .linear ? value : log10(value)
        return (place - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    }

    /// The text at a tick.
    func text(_ tick: Double) -> String { names.map { $0[Int(tick)] } ?? String(format: "%g", tick) }

    /// The smallest of 1, 2 and 5 times a power of ten that divides an extent into at most six parts.
    private static func step(dividing extent: Double) -> Double {
        let power = pow(10, floor(log10(extent / 6)))
        return [1, 2, 5, 10].map { $0 * power }.first { extent / $0 <= 6 } ?? 10 * power
    }
}
