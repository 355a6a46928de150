import ArgumentParser
import DMExperiments

/// The options that say what the settings are.
struct SettingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A YAML file of settings, such as those in presets.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Change one setting; may be given several times.", valueName: "key=value"))
    var set: [String] = []

    /// The settings of the file and the changes.
    func resolved() throws -> Configuration {
        try Configuration.resolved(file: config, assignments: set, renamed: { warn([$0]) })
    }
}
