import DMDatasets
import DMDiffusion
import DMFormats
import DMTensors
import DiffMatch

/// Plots of reports: IoU and predicted share over class frequency, and calibration.
///
/// Each run is a line. Runs that share a title are one line, through their means.
public struct ReportPlots: Sendable {
    private let groups: [(title: String, reports: [EvaluationReport])]
    private let classes: [EvaluationReport.ClassResult]
    /// The classes that occur in training, the rarest first.
    private let order: [Int]

    /// Plots of reports on the same classes.
    ///
    /// - Parameter groups: The title of each line and its reports.
    public init(_ groups: [(title: String, reports: [EvaluationReport])]) {
        self.groups = groups
        let classes = EvaluationReport.classes(of: groups.flatMap(\.reports))
        self.classes = classes
        order = classes.headToTail.reversed().filter { classes[$0].share > 0 }
    }

    /// Plots of finished runs.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - averaging: Whether folders whose names differ only in the number after the last hyphen share a line.
    public init(runs: FinishedRuns, averaging: Bool = false) { self.init(runs.groups(averaging: averaging)) }

    /// The IoU of each class over its share of the training pixels, in percent. A line that falls to the left shows the
    /// Matthew effect: frequent classes do well at the expense of rare ones.
    public var frequency: LinePlot {
        overTrainingShares(
            "IoU by class frequency", "IoU in %",
            groups.map { group in
                line(group.title) { index in group.reports.map { $0.classes[index].iou }.meanOfPresent }
            })
    }

    /// The number of pixels predicted as each class, in percent of its true pixels, over its share of the training pixels. A
    /// line that falls below 100 to the left shows a bias toward frequent classes. Nil if no report has a confusion matrix.
    public var shares: LinePlot? {
        let lines = groups.compactMap { group -> LinePlot.Series? in
            let pairs = group.reports.compactMap { report in
                report.shares(byTruth: true).flatMap { truth in report.shares(byTruth: false).map { (truth, $0) } }
            }
            guard !pairs.isEmpty else { return nil }
            return line(group.title) { index in pairs.map { $0[index] > 0 ? $1[index] / $0[index] : nil }.meanOfPresent }
        }
        guard let points = lines.first?.points, let rarest = points.first, let commonest = points.last else { return nil }
        let ideal = LinePlot.Series(label: "ideal", points: [(rarest.x, 100), (commonest.x, 100)])
        return overTrainingShares("predicted share by class frequency", "predicted in % of true pixels", lines + [ideal])
    }

    /// A line over the classes; `value` is a fraction, or nil for a class without one.
    private func line(_ title: String, _ value: (_ index: Int) -> Double?) -> LinePlot.Series {
        LinePlot.Series(
            label: title, points: order.compactMap { index in value(index).map { (100 * classes[index].share, 100 * $0) } })
    }

    private func overTrainingShares(_ title: String, _ yLabel: String, _ lines: [LinePlot.Series]) -> LinePlot {
        LinePlot(
            title: title, xLabel: "% of the training pixels", yLabel: yLabel, scale: .logarithmic, yScale: .linear, series: lines)
    }

    /// Reliability diagram: accuracy over confidence, in percent. Nil if no report has a calibration.
    public var calibration: LinePlot? {
        let lines = groups.compactMap { group -> LinePlot.Series? in
            let calibrations = group.reports.compactMap(\.calibration)
            guard var sum = calibrations.first else { return nil }
            for calibration in calibrations.dropFirst() { sum.add(calibration) }
            return LinePlot.Series(
                label: group.title,
                points: sum.bins.compactMap { bin in
                    bin.meanConfidence.flatMap { confidence in bin.accuracy.map { (100 * confidence, 100 * $0) } }
                })
        }
        let numbers = lines.flatMap { $0.points.map(\.x) }
        guard let least = numbers.min(), let most = numbers.max() else { return nil }
        let ideal = LinePlot.Series(label: "ideal", points: [(least, least), (most, most)])
        return LinePlot(title: "calibration", xLabel: "confidence in %", yLabel: "accuracy in %", series: lines + [ideal])
    }

    /// Writes `frequency.png`, `shares.png` and `calibration.png`, leaving out those with nothing to draw.
    ///
    /// - Parameter folder: The folder, which is created if it is missing.
    /// - Returns: The paths of the files.
    /// - Throws: `FileError` or `ImageFileError` where the system refuses.
    public func write(to folder: String) throws -> [String] {
        try FileFolder.create(at: folder)
        let plots = [("frequency", frequency), ("shares", shares), ("calibration", calibration)]
        return try plots.compactMap { name, plot in
            guard let plot, plot.series.contains(where: { !$0.points.isEmpty }) else { return nil }
            let path = "\(folder)/\(name).png"
            try ImageFile.write(plot.picture().image, to: path)
            return path
        }
    }
}

/// A plot over the values of the setting in which runs differ: mean IoU of all classes, and of the tail classes.
///
/// Runs of one method, and of one mode of its logit adjustment, form a line; runs with the same value, such as several
/// seeds, are averaged. Values that are not numbers stand side by side, in the order of the runs.
public struct SettingPlot: Sendable {
    /// The setting.
    public let key: String
    /// The plot.
    public let plot: LinePlot

    /// A plot of finished runs.
    ///
    /// - Parameters:
    ///   - key: The setting. Its value is the one changed after training, if the report says so, or that of the run's `config.yaml`.
    ///   - runs: The runs.
    /// - Throws: ``ConfigurationError`` if there is no such setting, or a run's settings cannot be read.
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
            title: "effect of \(key)", xLabel: key, yLabel: "IoU in %", scale: axis.scale, yScale: .linear, xNames: axis.names,
            series: lines)
    }

    private static func name(of configuration: Configuration) -> String {
        let method = configuration.method
        return method == .diffmatch ? "\(method.rawValue) \(configuration.debias.mode.rawValue)" : method.rawValue
    }

    /// Writes the plot as a PNG file named after the setting, if there is something to draw.
    ///
    /// - Parameter folder: The folder, which is created if it is missing.
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

/// The places of a setting's values along an axis.
private struct ValueAxis {
    /// The place of each run.
    let places: [Double]
    /// The values in their order, if they are not numbers.
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
        // Of values that grow by factors, such as 0.01, 0.1 and 1, the small ones would coincide on a linear scale.
        let (least, most) = (numbers.min() ?? 0, numbers.max() ?? 0)
        (places, names, scale) = (numbers, nil, least > 0 && most >= 20 * least ? .logarithmic : .linear)
    }
}
