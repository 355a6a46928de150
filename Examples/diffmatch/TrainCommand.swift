import ArgumentParser
import DiffMatch

/// Trains a network.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network.",
        discussion: """
            Without a configuration file this is the demonstration: DiffMatch on the built-in scenes with 1/16 of the \
            labels. The output folder receives config.yaml, records.jsonl, checkpoints and, at the end, metrics.json. \
            'diffmatch settings' lists all keys.
            """)

    @Option(help: ArgumentHelp("A YAML file of settings.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Change one setting; may be given several times.", valueName: "key=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("The folder for the run's files.", valueName: "dir"))
    var output = "runs/train"

    @Flag(help: "Go on from the newest checkpoint in the output folder.")
    var resume = false

    func run() throws {
        try reportingErrors {
            let isConfigured = config != nil || !set.isEmpty
            let settings = try Configuration.resolved(file: config, assignments: set)
            let run =
                resume
                ? try Run(resuming: output, configuration: isConfigured ? settings : nil)
                : Run(configuration: settings, folder: output)
            for warning in run.warnings { print("warning: \(warning)") }
            let report = try run.train()
            let last = (title: run.configuration.method.rawValue, report: report)
            let best = try run.bestReport().map { (title: "best (step \($0.steps))", report: $0) }
            print(ComparisonTable([last] + (best.map { [$0] } ?? [])))
        }
    }
}
