import ArgumentParser

@main struct DiffMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diffmatch", abstract: "Semi-supervised semantic segmentation by debiased mask diffusion.",
        subcommands: [SettingsCommand.self])
}
