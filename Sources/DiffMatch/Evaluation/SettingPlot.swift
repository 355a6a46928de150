public import DMDatasets
import DMDiffusion
import DMFormats
import DMTensors

/// What runs achieve over the value of the setting in which they differ: mean IoU, and that of the tail classes.
///
/// Runs of one method, and of one mode of its adjustment, are joined to a line; several of one value, such as seeds, count
/// by their mean. Values that are no numbers stand side by side, in the order of the runs.
public struct SettingPlot: Sendable {
    /// The setting.
    public let key: String
    /// The plot.
    public let plot: LinePlot

    /// A plot of finished runs.
    ///
    /// - Parameters:
    ///   - key: The setting. Its value is what a report says was changed after training, or else that of the run's `config.yaml`.
    ///   - runs: The runs.
    /// - Throws: ``ConfigurationError`` where there is no such setting, `FileError` where a run's settings are missing.
    public init(of key: String, runs: FinishedRuns) throws {
        let configurations = try runs.all.map { try $0.configuration() }
        let axis = ValueAxis(try configurations.map { try $0.value(of: key) })
        let (names, reports) = (configurations.map(Self.name), runs.all.map(\.report))
        var lines: [LinePlot.Series] = []
        for name in names.indices.filter({ names.firstIndex(of: names[$0]) == $0 }).map({ names[$0] }) {
            let ofName = names.indices.filter { names[$0] == name }
            func line(_ measure: String, _ value: (EvaluationReport) -> Double?) -> LinePlot.Series {
                LinePlot.Series(
                    label: "\(name) \(measure)",
                    points: Set(ofName.map { axis.places[$0] }).sorted().compactMap { place in
                        let found = ofName.filter { axis.places[$0] == place }.map { value(reports[$0]) }
                        return found.meanOfPresent.map { (place, 100 * $0) }
                    })
            }
            lines += [line("mIoU", \.mIoU), line("tail mean", \.tailMean)]
        }
        self.key = key
        plot = LinePlot(
            title: "what \(key) does", xLabel: key, yLabel: "IoU in %", scale: axis.scale, yScale: .linear, xNames: axis.names,
            series: lines)
    }

    private static func name(of configuration: Configuration) -> String {
        let method = configuration.method
        return method == .diffmatch ? "\(method.rawValue) \(configuration.debias.mode.rawValue)" : method.rawValue
    }

    /// Writes the plot as a PNG file named after the setting, if there is something to draw.
    ///
    /// - Parameter folder: The folder, which is made where it is missing.
    /// - Returns: The file's path.
    /// - Throws: `FileError` or `ImageFileError` where the system refuses.
    public func write(to folder: String) throws -> String? {
        guard plot.series.contains(where: { !$0.points.isEmpty }) else { return nil }
        try FileFolder.create(at: folder)
        let path = "\(folder)/\(key).png"
        try ImageFile.write(plot.picture().image, to: path)
        return path
    }
}

/// Where the values of a setting stand along an axis.
private struct ValueAxis {
    /// The place of each run.
    let places: [Double]
    /// The values in their order, where they are no numbers.
    let names: [String]?
    let scale: LinePlot.Scale

    init(_ values: [String]) {
        let numbers = values.compactMap(Double.init).filter(\.isFinite)
        guard numbers.count == values.count else {
            let names = values.indices.filter { values.firstIndex(of: values[$0]) == $0 }.map { values[$0] }
            places = values.map { value in Double(names.firstIndex(of: value) ?? 0) }
            (self.names, scale) = (names, .linear)
            return
        }
        // Where values grow by factors, such as 0.01, 0.1 and 1, the small ones would lie on one another.
        let (least, most) = (numbers.min() ?? 0, numbers.max() ?? 0)
        (places, names, scale) = (numbers, nil, least > 0 && most >= 20 * least ? .logarithmic : .linear)
    }
}
