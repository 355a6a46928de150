public import DMTensors

extension Picture {
    /// Fills a rectangle.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, color: RGBColor) {
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in max(0, x)..<max(max(0, x), min(self.width, x + width)) { self[column, row] = color }
        }
    }

    /// Draws the outline of a rectangle, inside it.
    ///
    /// - Parameter thickness: The width of the line in pixels.
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

    /// Lays another picture onto this one, its left upper corner at the given place.
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

    /// The picture with the colors of a mask laid over it; ignored pixels stay as they are.
    ///
    /// - Parameters:
    ///   - labels: `[height, width]` of the picture.
    ///   - palette: The colors of the classes.
    ///   - opacity: How much of the mask's colors is seen, 0 to 1.
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
    ///   - text: Printable ASCII; other characters appear as a question mark.
    ///   - x: The left edge.
    ///   - y: The upper edge.
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
