import ArgumentParser
import DMExperiments

@main struct DiffMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diffmatch", abstract: "Semi-supervised semantic segmentation by debiased mask diffusion.",
        version: "0.1.0",
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, CompareCommand.self, VerifyCommand.self,
            PartitionCommand.self, SettingsCommand.self,
        ])

    static func main() {
        StandardStream.prepare()
        main(nil)
    }
}
