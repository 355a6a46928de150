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

            The signals TERM, INT (Ctrl-C) and HUP stop the training after the step that is being taken, with a checkpoint \
            from which --resume goes on; the exit status is then 143, 130 or 129. A second signal ends it at once.
            """)

    @OptionGroup var settings: SettingOptions

    @Option(help: ArgumentHelp("The folder for the run's files.", valueName: "dir"))
    var output = "runs/train"

    @Flag(help: "Go on from the newest checkpoint in the output folder; --set may change what does not decide the result.")
    var resume = false

    @Flag(help: "Remove the run that is in the output folder, and begin anew; files that are not of a run stay.")
    var overwrite = false

    @Flag(help: "With --resume: go on though the images are not those that the run began with.")
    var acceptOtherImages = false

    func validate() throws {
        if resume && overwrite { throw ValidationError("--resume goes on with a run, --overwrite removes it: give one of them.") }
        if acceptOtherImages && !resume { throw ValidationError("--accept-other-images needs --resume.") }
    }

    func run() throws {
        try reportingErrors {
            let run = try resume ? resumed() : Run(configuration: settings.resolved(), folder: output, overwrites: overwrite)
            warn(run.warnings)
            do {
                let report = try run.train(stopsOnSignals: true)
                let last = (title: run.configuration.method.rawValue, report: report)
                let best = try run.bestReport().map { (title: "best (step \($0.steps))", report: $0) }
                // The report is in the run's folder: it is shown if it can be.
                StandardStream.output.show("\(ComparisonTable([last] + (best.map { [$0] } ?? [])))\n")
            } catch let stopped as TrainingStopped {
                let signal = StopSignals.received ?? 0
                StandardStream.error.show(
                    "\(StopSignals.name(of: signal)): \(stopped); go on with: diffmatch train --resume --output \(output)\n")
                throw ExitCode(128 + signal)
            }
        }
    }

    /// The run of the output folder; changes are to its own settings unless there is a file of others.
    private func resumed() throws -> Run {
        let given = try settings.config.map { try Configuration.resolved(file: $0, renamed: { warn([$0]) }) }
        return try Run(resuming: output, configuration: given, assignments: current(settings.set), acceptsOtherImages: acceptOtherImages)
    }
}
