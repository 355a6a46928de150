import ArgumentParser
import DMDatasets
import DiffMatch

/// Evaluates a trained network.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a trained network on the validation or the test part.")

    @Option(help: ArgumentHelp("A checkpoint's manifest, or a run's folder, of which the newest is taken.", valueName: "path"))
    var checkpoint: String

    @Option(help: "The part to measure on: val or test.")
    var split = Split.test

    @Option(help: ArgumentHelp("Change how masks are sampled, as in training.", valueName: "key=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("Write the measures to this file.", valueName: "file"))
    var json: String?

    @Flag(help: "Show how often the denoiser is right when it is handed the true mask, noisy as at several times.")
    var trueMask = false

    enum Split: String, ExpressibleByArgument, CaseIterable {
        case val, test
    }

    func run() throws {
        try reportingErrors {
            let trained = try TrainedModel(checkpoint: checkpoint, assignments: set)
            for warning in trained.warnings { print("warning: \(warning)") }
            let part = split == .val ? DatasetPart.validation : .test
            let report = try trained.evaluate(on: part)
            print(ComparisonTable([report]))
            for (step, mIoU) in report.samplingSteps.enumerated() {
                print("mIoU after sampling step \(step + 1): \(ComparisonTable.percent(mIoU))")
            }
            if trueMask, let accuracy = try trained.trueMaskAccuracy(on: part) {
                for (time, share) in accuracy.shares { print("true mask at t = \(time): \(ComparisonTable.percent(share)) % right") }
            }
            if let json { try report.write(to: json) }
        }
    }
}
