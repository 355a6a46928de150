public import DMDatasets
public import DMTensors

/// A canvas of red, green and blue bytes for overview pictures: images, masks, rectangles and text.
///
/// Coordinates are pixels from the top left corner. What falls outside the canvas is clipped.
///
/// ```swift
/// var picture = Picture(width: 200, height: 120)
/// picture.paste(Picture(sample.image), x: 4, y: 14)
/// picture.write("image", x: 4, y: 4)
/// try ImageFile.write(picture.image, to: "overview.png")
/// ```
public struct Picture: Sendable, Equatable {
    /// The width in pixels.
    public let width: Int
    /// The height in pixels.
    public let height: Int
    var pixels: [UInt8]

    /// A canvas of one color.
    ///
    /// - Precondition: Width and height are at least 1.
    public init(width: Int, height: Int, background: RGBColor = RGBColor(255, 255, 255)) {
        require(width > 0 && height > 0, "a picture has pixels, not \(width) x \(height)")
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height * 3)
        fill(x: 0, y: 0, width: width, height: height, color: background)
    }

    /// The picture of an image.
    ///
    /// - Parameter image: `[height, width, 3]`.
    public init(_ image: Tensor<UInt8>) {
        require(image.rank == 3 && image.shape[2] == 3 && image.count > 0, "a picture shows [height, width, 3], not \(image.shape)")
        height = image.shape[0]
        width = image.shape[1]
        pixels = image.scalars
    }

    /// The picture of an image of floating-point numbers.
    ///
    /// - Parameter image: `[height, width, 3]` in [0, 1]; values outside are clamped.
    public init(_ image: Tensor<Float>) { self.init(image.bytes) }

    /// The picture of a mask: each label in the color of its class.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]`.
    ///   - palette: The colors of the classes.
    public init(_ labels: Tensor<UInt8>, palette: Palette) {
        require(labels.rank == 2 && labels.count > 0, "a picture of labels shows [height, width], not \(labels.shape)")
        height = labels.shape[0]
        width = labels.shape[1]
        pixels = labels.scalars.flatMap { label in
            let color = palette[label]
            return [color.red, color.green, color.blue]
        }
    }

    /// The picture as an image `[height, width, 3]`.
    public var image: Tensor<UInt8> { Tensor(pixels, shape: [height, width, 3]) }

    /// The color of a pixel.
    ///
    /// - Precondition: The pixel lies on the canvas.
    public subscript(x: Int, y: Int) -> RGBColor {
        get {
            let place = (y * width + x) * 3
            return RGBColor(pixels[place], pixels[place + 1], pixels[place + 2])
        }
        set {
            let place = (y * width + x) * 3
            pixels[place] = newValue.red
            pixels[place + 1] = newValue.green
            pixels[place + 2] = newValue.blue
        }
    }
}

// MARK: - Drawing

extension Picture {
    /// Fills a rectangle.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, color: RGBColor) {
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in max(0, x)..<max(max(0, x), min(self.width, x + width)) { self[column, row] = color }
        }
    }

    /// Draws the outline of a rectangle, inside it.
    ///
    /// - Parameters:
    ///   - x: The rectangle's leftmost column.
    ///   - y: The rectangle's topmost row.
    ///   - width: The rectangle's width in pixels.
    ///   - height: The rectangle's height in pixels.
    ///   - color: The color of the line.
    ///   - thickness: The width of the line in pixels.
    public mutating func outline(x: Int, y: Int, width: Int, height: Int, color: RGBColor, thickness: Int = 1) {
        fill(x: x, y: y, width: width, height: thickness, color: color)
        fill(x: x, y: y + height - thickness, width: width, height: thickness, color: color)
        fill(x: x, y: y, width: thickness, height: height, color: color)
        fill(x: x + width - thickness, y: y, width: thickness, height: height, color: color)
    }

    /// Draws a straight line, one pixel wide, between two pixels, both included.
    public mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), color: RGBColor) {
        let (across, down) = (end.x - start.x, end.y - start.y)
        let steps = max(abs(across), abs(down), 1)
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            let x = start.x + Int((Double(across) * share).rounded())
            let y = start.y + Int((Double(down) * share).rounded())
            fill(x: x, y: y, width: 1, height: 1, color: color)
        }
    }

    /// Pastes another picture with its top left corner at the given pixel.
    public mutating func paste(_ other: Picture, x: Int, y: Int) {
        for row in max(0, -y)..<max(max(0, -y), min(other.height, height - y)) {
            for column in max(0, -x)..<max(max(0, -x), min(other.width, width - x)) { self[x + column, y + row] = other[column, row] }
        }
    }

    /// The picture enlarged, every pixel to a square of `factor` by `factor`.
    public func enlarged(by factor: Int) -> Picture {
        var result = Picture(width: width * factor, height: height * factor)
        for row in 0..<result.height {
            for column in 0..<result.width { result[column, row] = self[column / factor, row / factor] }
        }
        return result
    }

    /// The picture with a translucent mask over it; ignored pixels stay as they are.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]` of the picture.
    ///   - palette: The colors of the classes.
    ///   - opacity: The opacity of the mask, 0 to 1.
    public func overlaid(with labels: Tensor<UInt8>, palette: Palette, opacity: Float = 0.5) -> Picture {
        require(labels.shape == [height, width], "a mask \(labels.shape) does not cover a picture [\(height), \(width)]")
        var result = self
        for (index, label) in labels.scalars.enumerated() where Int(label) < palette.colors.count {
            let color = palette[label]
            for (channel, value) in [color.red, color.green, color.blue].enumerated() {
                let below = Float(pixels[3 * index + channel])
                result.pixels[3 * index + channel] = UInt8(below + (Float(value) - below) * opacity + 0.5)
            }
        }
        return result
    }

    /// Writes a line of text in a small font whose letters are 5 pixels wide and 7 high.
    ///
    /// - Parameters:
    ///   - text: Printable ASCII; any other character appears as a question mark.
    ///   - x: The left edge.
    ///   - y: The top edge.
    ///   - color: The color of the letters.
    ///   - scale: The side of the font's pixels.
    public mutating func write(_ text: String, x: Int, y: Int, color: RGBColor = RGBColor(30, 30, 30), scale: Int = 1) {
        for (index, character) in text.enumerated() {
            let left = x + index * BitmapFont.advance * scale
            for (row, bits) in BitmapFont.rows(of: character).enumerated() {
                for column in 0..<BitmapFont.width where bits >> UInt8(BitmapFont.width - 1 - column) & 1 == 1 {
                    fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
                }
            }
        }
    }

    /// The width of a line of text in pixels.
    public static func width(of text: String, scale: Int = 1) -> Int { max(0, text.count * BitmapFont.advance - 1) * scale }

    /// The height of a line of text in pixels.
    public static func textHeight(scale: Int = 1) -> Int { BitmapFont.height * scale }
}

// MARK: - Composition

extension Picture {
    /// A legend: a colored square and the name of each class, in as many rows as the width needs.
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

    /// A grid of pictures with a heading over each column.
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

    /// Pictures one below the other, aligned left, on a canvas as wide as the widest.
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
