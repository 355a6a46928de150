import ArgumentParser
import DMExperiments

/// Compares finished runs.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show finished runs side by side.",
        discussion: "All runs have to be on the same data set; the table is ordered from its most frequent class to its rarest.")

    @Argument(
        help: ArgumentHelp(
            "Folders of finished runs, files of measures in them, as evaluate --json writes, or tables of measures, as --csv writes.",
            valueName: "run"))
    var runs: [String]

    @Flag(help: "Let runs named NAME-1, NAME-2, ... or NAME-p1s1, NAME-p1s2, ... share a column: mean and standard deviation.")
    var average = false

    @Flag(help: "Show the means alone, a line for each run.")
    var means = false

    @Option(
        help: ArgumentHelp(
            "Show how far each experiment is from this one: mean difference and its standard error over runs of the same ending.",
            valueName: "NAME"))
    var differencesTo: String?

    @Option(help: ArgumentHelp("Write the measures to this table, a line for each run.", valueName: "file"))
    var csv: String?

    @Flag(help: "Show the share of pixels that each run gives to each class, beside the true one.")
    var shares = false

    @Option(
        help: ArgumentHelp(
            "Draw the IoU of frequent and rare classes, pixels given to each, and calibration into a folder; with --average, means.",
            valueName: "folder"))
    var plots: String?

    @Option(help: ArgumentHelp("With --plots: draw mIoU and tail mean over this setting instead.", valueName: "key"))
    var against: String?

    @Option(help: ArgumentHelp("The file of the measures in each run's folder.", valueName: "file"))
    var measures = "metrics.json"

    @Option(help: ArgumentHelp("Write a picture of held-out images and what each run predicts of them.", valueName: "file"))
    var overview: String?

    func validate() throws {
        if against != nil && plots == nil { throw ValidationError("--against KEY needs --plots FOLDER") }
    }

    private func draw(_ runs: FinishedRuns, into folder: String) throws -> [String] {
        guard let against else { return try ReportPlots(runs: runs, averaging: average).write(to: folder) }
        return try [SettingPlot(of: against, runs: runs).write(to: folder)].compactMap { $0 }
    }

    func run() throws {
        try reportingErrors {
            let finished = try FinishedRuns(runs, measures: measures)
            let table = ComparisonTable(runs: finished, averaging: average)
            try writeLine(means ? table.means : table.description)
            if let differencesTo { try writeLine(DifferenceTable(of: finished, to: differencesTo)) }
            if let csv { try finished.write(csv: csv) }
            if shares { try writeLine(PredictedShareTable(runs: finished)) }
            if let plots {
                try writeLine("drawn: \(try draw(finished, into: plots).joined(separator: ", "))")
            }
            if let overview {
                try OverviewPicture(models: finished.folders.map { try TrainedModel(checkpoint: $0) }).write(to: overview)
                try writeLine("\(overview) shows held-out images, their truth and what each run predicts")
            }
        }
    }
}
