public import DMDatasets
import DMTensors

/// What reports show when they are drawn: how rare classes fare, what is given to them, how far confidence can be believed.
///
/// Each run, or the runs that share a title, is a line; of several, means are drawn.
public struct ReportPlots: Sendable {
    private let groups: [(title: String, reports: [EvaluationReport])]
    private let classes: [EvaluationReport.ClassResult]

    /// Plots of reports on the same classes.
    ///
    /// - Parameter groups: The title of each line and its reports.
    public init(_ groups: [(title: String, reports: [EvaluationReport])]) {
        self.groups = groups
        classes = ComparisonTable.classes(of: groups.flatMap(\.reports))
    }

    /// Plots of finished runs.
    ///
    /// - Parameters:
    ///   - folders: Folders of runs.
    ///   - measures: The file of the measures in each folder.
    ///   - averaging: Whether folders whose names differ in a number behind the last hyphen alone share a line.
    /// - Throws: `FileError` or `ReportError` where a report is missing or malformed, `ReportError.classesDiffer` where
    ///   the runs are not on the same classes.
    public init(runs folders: [String], measures: String = "metrics.json", averaging: Bool = false) throws {
        self.init(try EvaluationReport.groups(ofRuns: folders, measures: measures, averaging: averaging))
    }

    /// The IoU of each class over its share of the training pixels, in percent: a line that falls to the left is the
    /// Matthew effect, by which those that have much are given more.
    public var frequency: LinePlot {
        let order = ComparisonTable.headToTail(classes).reversed().filter { classes[$0].share > 0 }
        return LinePlot(
            title: "frequent and rare classes", xLabel: "% of the training pixels", yLabel: "IoU in %", scale: .logarithmic,
            yScale: .linear,
            series: groups.map { group in
                LinePlot.Series(
                    label: group.title,
                    points: order.compactMap { index in
                        group.reports.map { $0.classes[index].iou }.meanOfPresent.map { (100 * classes[index].share, 100 * $0) }
                    })
            })
    }

    /// The pixels that are given to each class over those that are truly its own, in percent; at least 0.01 is drawn. Nil
    /// where no report has a confusion matrix.
    public var shares: LinePlot? {
        let lines = groups.compactMap { group -> LinePlot.Series? in
            let pairs = group.reports.compactMap { report in
                report.shares(byTruth: true).flatMap { truth in report.shares(byTruth: false).map { (truth, $0) } }
            }
            guard let truth = pairs.first?.0 else { return nil }
            let shown = truth.indices.filter { truth[$0] > 0 }.sorted { truth[$0] < truth[$1] }
            return LinePlot.Series(
                label: group.title,
                points: shown.map { index in
                    let found = pairs.reduce(0) { $0 + $1.1[index] } / Double(pairs.count)
                    return (max(0.01, 100 * truth[index]), max(0.01, 100 * found))
                })
        }
        return plot(
            "true and predicted shares of the classes", "true % of the pixels", "predicted % of the pixels", .logarithmic, lines)
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
        return plot("calibration", "confidence in %", "right in %", .linear, lines)
    }

    /// Lines beside the one on which both numbers are equal; nil without points.
    private func plot(
        _ title: String, _ xLabel: String, _ yLabel: String, _ scale: LinePlot.Scale, _ lines: [LinePlot.Series]
    ) -> LinePlot? {
        let numbers = lines.flatMap { $0.points.map(\.x) }
        guard let least = numbers.min(), let most = numbers.max() else { return nil }
        let equal = LinePlot.Series(label: "equal", points: [(least, least), (most, most)])
        return LinePlot(title: title, xLabel: xLabel, yLabel: yLabel, scale: scale, series: lines + [equal])
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
