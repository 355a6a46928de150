import ArgumentParser
import DMDatasets
import DMExperiments
import DiffMatch

/// Evaluates a trained network.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a trained network, or predictions in files, on the validation or the test part.",
        discussion: """
            With --predictions, a folder of PNG images of class indices is measured, whatever program made them: one for \
            each image of the part, of its name and size. The data set is that of --config and --set.
            """)

    @Option(help: ArgumentHelp("A checkpoint's manifest, or a run's folder, of which the newest is taken.", valueName: "path"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("A folder of predicted PNG images to measure instead of a network.", valueName: "dir"))
    var predictions: String?

    @Option(help: ArgumentHelp("With --predictions, a YAML file of settings.", valueName: "file"))
    var config: String?

    @Option(help: "The part to measure on, val or test; test by default, or val where there is no test part.")
    var split: Split?

    @Option(help: ArgumentHelp("Change how masks are sampled or what is measured, as in training.", valueName: "key=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("Write the measures to this file.", valueName: "file"))
    var json: String?

    @Flag(help: "Show how often the denoiser is right when it is handed the true mask, noisy as at several times.")
    var trueMask = false

    @Flag(help: "Show how much of each class the network would teach as itself or as another class, and how often its labels are right.")
    var pseudoLabels = false

    enum Split: String, ExpressibleByArgument, CaseIterable {
        case val, test

        var part: DatasetPart { self == .val ? .validation : .test }
    }

    func validate() throws {
        guard (checkpoint == nil) != (predictions == nil) else {
            throw ValidationError("Give either --checkpoint or --predictions.")
        }
        guard checkpoint == nil || config == nil else {
            throw ValidationError("A checkpoint has its own settings: --config goes with --predictions.")
        }
    }

    func run() throws {
        try reportingErrors {
            if let predictions {
                let settings = try Configuration.resolved(file: config, assignments: set, renamed: { warn([$0]) })
                try show(EvaluationReport(predictionsIn: predictions, settings, part: split?.part))
            } else if let checkpoint {
                try evaluate(TrainedModel(checkpoint: checkpoint, assignments: current(set)))
            }
        }
    }

    private func evaluate(_ trained: TrainedModel) throws {
        warn(trained.warnings)
        let data = try trained.experimentData()
        let report = try trained.evaluate(on: split?.part, of: data)
        try show(report)
        if let error = report.calibration?.expectedError {
            try writeLine("expected calibration error: \(percent(error))")
        }
        for (step, mIoU) in report.samplingSteps.enumerated() {
            try writeLine("mIoU after sampling step \(step + 1): \(percent(mIoU))")
        }
        if trueMask, let accuracy = try trained.denoisingAccuracy(on: split?.part, of: data) {
            for (time, share) in accuracy.shares { try writeLine("true mask at t = \(time): \(percent(share)) % right") }
        }
        if pseudoLabels { try writeLine(try trained.pseudoLabelQuality(on: split?.part, of: data)) }
    }

    private func show(_ report: EvaluationReport) throws {
        if let json { try report.write(to: json) }
        try writeLine(ComparisonTable([report]))
    }
}
