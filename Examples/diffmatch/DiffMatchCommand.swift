import ArgumentParser
import DMExperiments
import Foundation

@main struct DiffMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diffmatch", abstract: "Semi-supervised semantic segmentation by debiased mask diffusion.",
        version: "0.1.0",
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, LabelCommand.self, CompareCommand.self, VerifyCommand.self,
            PartitionCommand.self, SettingsCommand.self,
        ])

    static func main() {
        StandardStream.prepare()
        do {
            var command = try parseAsRoot()
            try command.run()
            end(with: .success)
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if !message.isEmpty { (code.isSuccess ? StandardStream.output : .error).show(message + "\n") }
            end(with: code)
        }
    }

    /// Ends the program at once: at a usual end OpenBLAS waits for its threads, for ever where memory was too scarce to make them.
    private static func end(with code: ExitCode) -> Never {
        fflush(nil)
        _exit(code.rawValue)
    }
}
