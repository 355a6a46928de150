import ArgumentParser
import DMExperiments

/// Lists every key of the configuration.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List every key of the configuration with its default, meaning and range.")

    @Flag(help: "Write the reference page of docs/configuration.md.")
    var markdown = false

    func run() throws {
        try reportingErrors { try writeLine(markdown ? Configuration.markdown : Configuration.listing, terminator: "") }
    }
}
