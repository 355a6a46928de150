import DMDatasets
import DMExperiments
import Foundation

/// Draws a plot from JSON into a PNG file.
///
///     draw FILE.png < plot.json
@main
enum Draw {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            FileHandle.standardError.write(Data("usage: draw FILE.png < plot.json\n".utf8))
            exit(2)
        }
        let description = try JSONDecoder().decode(Description.self, from: FileHandle.standardInput.readDataToEndOfFile())
        try ImageFile.write(description.plot.picture().image, to: CommandLine.arguments[1])
    }
}

/// A plot as it is described in JSON; each point is a pair.
private struct Description: Decodable {
    struct Line: Decodable {
        let label: String
        let points: [[Double]]
    }

    let title, xLabel, yLabel: String
    let scale: LinePlot.Scale
    let series: [Line]

    var plot: LinePlot {
        LinePlot(
            title: title, xLabel: xLabel, yLabel: yLabel, scale: scale,
            series: series.map { line in
                LinePlot.Series(label: line.label, points: line.points.filter { $0.count == 2 }.map { (x: $0[0], y: $0[1]) })
            })
    }
}
