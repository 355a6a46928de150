import DMTensors

extension LinePlot {
    /// The plot as a picture.
    ///
    /// - Parameters:
    ///   - width: Its width in pixels.
    ///   - height: Its height in pixels with the legend below the axes; where that leaves less than 150, the picture is higher.
    /// - Precondition: There is a point; all numbers are finite, above 0 on logarithmic axes, and places of names where
    ///   there are such. The picture has at least 200 x 150 pixels.
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
