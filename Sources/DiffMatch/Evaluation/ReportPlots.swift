public import DMDatasets
import DMFormats
import DMTensors

/// What reports show when they are drawn: how rare classes fare, what is given to them, how far confidence can be believed.
///
/// Each run, or the runs that share a title, is a line; of several, means are drawn.
public struct ReportPlots: Sendable {
    private let groups: [(title: String, reports: [EvaluationReport])]
    private let classes: [EvaluationReport.ClassResult]
    /// The classes that training shows, the rarest first.
    private let order: [Int]

    /// Plots of reports on the same classes.
    ///
    /// - Parameter groups: The title of each line and its reports.
    public init(_ groups: [(title: String, reports: [EvaluationReport])]) {
        self.groups = groups
        let classes = ComparisonTable.classes(of: groups.flatMap(\.reports))
        self.classes = classes
        order = ComparisonTable.headToTail(classes).reversed().filter { classes[$0].share > 0 }
    }

    /// Plots of finished runs.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - averaging: Whether folders whose names differ in a number behind the last hyphen alone share a line.
    public init(runs: FinishedRuns, averaging: Bool = false) { self.init(runs.groups(averaging: averaging)) }

    /// The IoU of each class over its share of the training pixels, in percent: a line that falls to the left is the
    /// Matthew effect, by which those that have much are given more.
    public var frequency: LinePlot {
        overTrainingShares(
            "frequent and rare classes", "IoU in %",
            groups.map { group in
                line(group.title) { index in group.reports.map { $0.classes[index].iou }.meanOfPresent }
            })
    }

    /// How many pixels are given to each class, in percent of those that are truly its own, over its share of the training
    /// pixels: a line that falls below 100 to the left swallows rare classes. Nil where no report has a confusion matrix.
    public var shares: LinePlot? {
        let lines = groups.compactMap { group -> LinePlot.Series? in
            let pairs = group.reports.compactMap { report in
                report.shares(byTruth: true).flatMap { truth in report.shares(byTruth: false).map { (truth, $0) } }
            }
            guard !pairs.isEmpty else { return nil }
            return line(group.title) { index in pairs.map { $0[index] > 0 ? $1[index] / $0[index] : nil }.meanOfPresent }
        }
        guard let points = lines.first?.points, let rarest = points.first, let commonest = points.last else { return nil }
        let equal = LinePlot.Series(label: "equal", points: [(rarest.x, 100), (commonest.x, 100)])
        return overTrainingShares("what is given to frequent and rare classes", "predicted in % of the true pixels", lines + [equal])
    }

    /// A line over the classes; `value` is a fraction, nil where there is none.
    private func line(_ title: String, _ value: (_ index: Int) -> Double?) -> LinePlot.Series {
        LinePlot.Series(
            label: title, points: order.compactMap { index in value(index).map { (100 * classes[index].share, 100 * $0) } })
    }

    private func overTrainingShares(_ title: String, _ yLabel: String, _ lines: [LinePlot.Series]) -> LinePlot {
        LinePlot(
            title: title, xLabel: "% of the training pixels", yLabel: yLabel, scale: .logarithmic, yScale: .linear, series: lines)
    }

    /// How often pixels are right over the confidence that they are predicted with, in percent. Nil where no report has it.
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
        let equal = LinePlot.Series(label: "equal", points: [(least, least), (most, most)])
        return LinePlot(title: "calibration", xLabel: "confidence in %", yLabel: "right in %", series: lines + [equal])
    }

    /// Writes `frequency.png`, `shares.png` and `calibration.png`, as far as there is something to draw.
    ///
    /// - Parameter folder: The folder, which is made where it is missing.
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
