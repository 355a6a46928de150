import DMTensors

/// Points drawn with characters.
struct Plot: CustomStringConvertible {
    static let (width, height) = (72, 21)

    let x, y: ClosedRange<Float>
    private var rows = Array(repeating: Array(repeating: Character(" "), count: width), count: height)

    init(x: ClosedRange<Float>, y: ClosedRange<Float>) { (self.x, self.y) = (x, y) }

    /// Draws `character` at each point that lies within the plot.
    mutating func mark(_ character: Character, at xs: Tensor<Float>, _ ys: Tensor<Float>) {
        for (pointX, pointY) in zip(xs.scalars, ys.scalars) where x.contains(pointX) && y.contains(pointY) {
            let column = (pointX - x.lowerBound) / (x.upperBound - x.lowerBound) * Float(Plot.width - 1)
            let row = (y.upperBound - pointY) / (y.upperBound - y.lowerBound) * Float(Plot.height - 1)
            rows[Int(row.rounded())][Int(column.rounded())] = character
        }
    }

    var description: String { rows.map { String($0) }.joined(separator: "\n") }
}
