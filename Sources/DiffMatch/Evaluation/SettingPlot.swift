public import DMDatasets
import DMDiffusion
import DMTensors

/// What runs achieve over the value of the setting in which they differ: mean IoU, and that of the tail classes.
///
/// Runs of one method, and of one mode of its adjustment, are joined to a line; several of one value, such as seeds, count
/// by their mean.
public struct SettingPlot: Sendable {
    /// The setting.
    public let key: String
    /// The plot.
    public let plot: LinePlot

    /// A plot of finished runs.
    ///
    /// - Parameters:
    ///   - key: The setting, whose value each run's `config.yaml` tells.
    ///   - folders: Folders of runs.
    ///   - measures: The file of the measures in each folder.
    /// - Throws: ``ConfigurationError`` where there is no such setting or a value is no number, `FileError` or `ReportError`
    ///   where a report is missing or malformed, `ReportError.classesDiffer` where the runs are not on the same classes.
    public init(of key: String, runs folders: [String], measures: String = "metrics.json") throws {
        let configurations = try folders.map { try Configuration.load(file: "\($0)/config.yaml") }
        let values = try zip(folders, configurations).map { folder, configuration in
            let (file, text) = ("\(folder)/config.yaml", try configuration.value(of: key))
            guard let value = Double(text), value.isFinite else {
                throw ConfigurationError(.badValue(expected: "a number to draw", found: "'\(text)'"), key: key, at: .wholeFile(file))
            }
            return value
        }
        let reports = try EvaluationReport.ofRuns(folders, measures: measures)
        let names = configurations.map(Self.name)
        var lines: [LinePlot.Series] = []
        for name in names.indices.filter({ names.firstIndex(of: names[$0]) == $0 }).map({ names[$0] }) {
            let runs = names.indices.filter { names[$0] == name }
            func line(_ measure: String, _ value: (EvaluationReport) -> Double?) -> LinePlot.Series {
                LinePlot.Series(
                    label: "\(name) \(measure)",
                    points: Set(runs.map { values[$0] }).sorted().compactMap { number in
                        let found = runs.filter { values[$0] == number }.map { value(reports[$0].report) }
                        return found.meanOfPresent.map { (number, 100 * $0) }
                    })
            }
            lines += [line("mIoU", \.mIoU), line("tail mean", \.tailMean)]
        }
        self.key = key
        plot = LinePlot(title: "what \(key) does", xLabel: key, yLabel: "IoU in %", series: lines)
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
