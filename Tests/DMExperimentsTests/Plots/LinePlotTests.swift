import DMDatasets
import DMExperiments
import DMTestSupport
import Testing

@Suite("Line plots")
struct LinePlotTests {
    /// The pixels of a plot's first line, legend left out: it stands in the last rows.
    private func drawn(_ points: [(x: Double, y: Double)], _ scale: LinePlot.Scale) -> [(x: Int, y: Int)] {
        let plot = LinePlot(title: "t", xLabel: "x", yLabel: "y", scale: scale, series: [LinePlot.Series(label: "", points: points)])
        let picture = plot.picture(width: 300, height: 240)
        return (0..<300 * 240).map { (x: $0 % 300, y: $0 / 300) }
            .filter { picture[$0.x, $0.y] == LinePlot.colors[0] && $0.y < 220 }
    }

    /// The middle of the mark at the line's left or right end.
    private func end(_ side: (Int?, Int?), of pixels: [(x: Int, y: Int)]) throws -> (x: Double, y: Double) {
        let column = try #require(side.0 ?? side.1)
        let rows = pixels.filter { $0.x == column }.map { Double($0.y) }
        return (Double(side.0 == nil ? column - 2 : column + 2), rows.reduce(0, +) / Double(rows.count))
    }

    /// How far in pixels the line is from the straight one between its ends; a mark reaches two pixels to each side.
    private func bend(of pixels: [(x: Int, y: Int)]) throws -> Double {
        let left = try end((pixels.map(\.x).min(), nil), of: pixels), right = try end((nil, pixels.map(\.x).max()), of: pixels)
        let slope = (right.y - left.y) / (right.x - left.x)
        return pixels.map { abs(Double($0.y) - left.y - slope * (Double($0.x) - left.x)) }.max() ?? 0
    }

    @Test("a power law is straight between logarithmic axes, and bent between linear ones")
    func powerLaw() throws {
        let points = (1...40).map { (x: Double($0), y: Double($0 * $0)) }
        #expect(try bend(of: drawn(points, .logarithmic)) < 6)
        #expect(try bend(of: drawn(points, .linear)) > 20)
    }

    @Test("larger numbers lie further right and higher")
    func directions() throws {
        let pixels = drawn([(0, 0), (1, 10), (2, 11)], .linear)
        let left = try #require(pixels.min { $0.x < $1.x }), right = try #require(pixels.max { $0.x < $1.x })
        #expect(right.x - left.x > 200 && left.y - right.y > 100)
    }

    @Test("every line has its color, in the plot and in the legend")
    func colors() {
        let lines = (1...3).map { LinePlot.Series(label: "a", points: [(x: 0, y: Double($0)), (x: 1, y: Double($0))]) }
        let picture = LinePlot(title: "", xLabel: "", yLabel: "", series: lines).picture()
        for color in LinePlot.colors[..<3] {
            let rows = Set((0..<picture.height).filter { y in (0..<picture.width).contains { picture[$0, y] == color } })
            #expect(rows.count >= 14, "nine rows of the legend and five of the marks")
        }
    }

    @Test("one point, and points of one value, have axes", arguments: LinePlot.Scale.allCases)
    func singlePoints(scale: LinePlot.Scale) {
        #expect(drawn([(3, 7)], scale).count == 25)
        #expect(drawn([(3, 7), (4, 7)], scale).count > 50)
    }

    @Test("points of names stand apart and are not joined")
    func names() {
        let line = LinePlot.Series(label: "", points: [(x: 0, y: 1), (x: 1, y: 2), (x: 2, y: 1)])
        let plot = LinePlot(title: "", xLabel: "", yLabel: "", xNames: ["a", "b", "c"], series: [line])
        let picture = plot.picture(width: 300, height: 240)
        let columns = (0..<300).filter { x in (0..<220).contains { picture[x, $0] == LinePlot.colors[0] } }
        #expect(columns.count == 15, "three marks of five pixels")
        #expect(abs(columns[5] - columns[0] - (columns[10] - columns[5])) <= 1, "at equal distances, as pixels allow")
    }

    @Test("numbers between which there is no round one are written themselves")
    func closeNumbers() {
        let line = LinePlot.Series(label: "", points: [(x: 6.25, y: 6.25), (x: 6.5, y: 6.5)])
        let picture = LinePlot(title: "", xLabel: "", yLabel: "", scale: .logarithmic, series: [line]).picture()
        let grid = RGBColor(225, 225, 225)
        #expect((0..<picture.width).filter { picture[$0, picture.height / 4] == grid }.count == 2)
    }

    @Test("a plot without points, and zero on a logarithmic axis, stop the program")
    func badNumbers() async throws {
        let empty = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LinePlot(title: "", xLabel: "", yLabel: "").picture()
        }
        #expect(message(empty.standardErrorContent).contains("an axis shows finite numbers, at least one"))
        let zero = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let line = LinePlot.Series(label: "", points: [(x: 0, y: 1)])
            _ = LinePlot(title: "", xLabel: "", yLabel: "", scale: .logarithmic, series: [line]).picture()
        }
        #expect(message(zero.standardErrorContent).contains("a logarithmic axis shows numbers above 0, not 0.0"))
        let nameless = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let line = LinePlot.Series(label: "", points: [(x: 1, y: 1)])
            _ = LinePlot(title: "", xLabel: "", yLabel: "", xNames: ["a"], series: [line]).picture()
        }
        #expect(message(nameless.standardErrorContent).contains("an axis of 1 names has no places [1.0]"))
    }
}
