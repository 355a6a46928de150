extension Picture {
    /// A legend: a field of its color and the name of each class, in as many rows as the width demands.
    ///
    /// - Parameters:
    ///   - names: The names of the classes.
    ///   - palette: Their colors.
    ///   - width: The width of the picture in pixels.
    ///   - scale: The side of the font's pixels.
    public static func legend(names: [String], palette: Palette, width: Int, scale: Int = 1) -> Picture {
        let field = 9 * scale
        let gap = 4 * scale
        let rowHeight = field + gap
        var places: [(x: Int, y: Int)] = []
        var (x, y) = (gap, gap)
        for name in names {
            let needed = field + gap + Picture.width(of: name, scale: scale) + 2 * gap
            if x > gap && x + needed > width { (x, y) = (gap, y + rowHeight) }
            places.append((x, y))
            x += needed
        }
        var picture = Picture(width: width, height: y + rowHeight)
        for (index, name) in names.enumerated() {
            let (x, y) = places[index]
            picture.fill(x: x, y: y, width: field, height: field, color: palette[UInt8(clamping: index)])
            picture.write(name, x: x + field + gap, y: y + scale, scale: scale)
        }
        return picture
    }

    /// A table of pictures with a heading over each column.
    ///
    /// - Parameters:
    ///   - rows: The pictures, row by row; each column is as wide as its widest picture.
    ///   - headings: The text over each column; none for an empty list.
    ///   - gap: The space between pictures in pixels.
    ///   - scale: The side of the font's pixels.
    /// - Precondition: There is at least one picture.
    public static func table(rows: [[Picture]], headings: [String] = [], gap: Int = 4, scale: Int = 1) -> Picture {
        let columns = max(headings.count, rows.map(\.count).max() ?? 0)
        let widths = (0..<columns).map { column in
            let text = column < headings.count ? Picture.width(of: headings[column], scale: scale) : 0
            return max(text, rows.compactMap { column < $0.count ? $0[column].width : nil }.max() ?? 0)
        }
        let heights = rows.map { $0.map(\.height).max() ?? 0 }
        let headingHeight = headings.isEmpty ? 0 : textHeight(scale: scale) + gap
        var picture = Picture(
            width: widths.reduce(gap) { $0 + $1 + gap }, height: heights.reduce(gap + headingHeight) { $0 + $1 + gap })
        let lefts = widths.indices.map { widths[..<$0].reduce(gap) { $0 + $1 + gap } }
        for (column, heading) in headings.enumerated() { picture.write(heading, x: lefts[column], y: gap, scale: scale) }
        var y = gap + headingHeight
        for (row, height) in zip(rows, heights) {
            for (column, cell) in row.enumerated() { picture.paste(cell, x: lefts[column], y: y) }
            y += height + gap
        }
        return picture
    }

    /// Pictures below each other, from the left edge, on a canvas as wide as the widest.
    ///
    /// - Precondition: There is at least one picture.
    public static func stacked(_ pictures: [Picture]) -> Picture {
        var result = Picture(width: pictures.map(\.width).max() ?? 0, height: pictures.map(\.height).reduce(0, +))
        var y = 0
        for picture in pictures {
            result.paste(picture, x: 0, y: y)
            y += picture.height
        }
        return result
    }
}
