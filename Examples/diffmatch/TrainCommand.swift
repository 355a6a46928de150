import ArgumentParser
import DMExperiments

/// Trains a network.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network.",
        discussion: """
            Without a configuration file this is the demonstration: DiffMatch on the built-in scenes with 1/16 of the \
            labels. The output folder receives config.yaml, records.jsonl, checkpoints and, at the end, metrics.json. \
            'diffmatch settings' lists all keys.
            """)

    @OptionGroup var settings: SettingOptions

    @Option(help: ArgumentHelp("The folder for the run's files.", valueName: "dir"))
    var output = "runs/train"

    @Flag(help: "Go on from the newest checkpoint in the output folder; --set may change what does not decide the result.")
    var resume = false

    func run() throws {
        try reportingErrors {
            let run = try resume ? resumed() : Run(configuration: settings.resolved(), folder: output)
            for warning in run.warnings { print("warning: \(warning)") }
            let report = try run.train()
            let last = (title: run.configuration.method.rawValue, report: report)
            let best = try run.bestReport().map { (title: "best (step \($0.steps))", report: $0) }
            print(ComparisonTable([last] + (best.map { [$0] } ?? [])))
        }
    }

    /// The run of the output folder; changes are to its own settings unless there is a file of others.
    private func resumed() throws -> Run {
        let given = try settings.config.map { try Configuration.resolved(file: $0) }
        return try Run(resuming: output, configuration: given, assignments: settings.set)
    }
}
