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

    enum Split: String, ExpressibleByArgument, CaseIterable {
        case val, test
    }

    func run() throws {
        try reportingErrors {
            let trained = try TrainedModel(checkpoint: checkpoint, assignments: set)
            let report = try trained.evaluate(on: split == .val ? .validation : .test)
            print(ComparisonTable([report]))
            if let json { try report.write(to: json) }
        }
    }
}
