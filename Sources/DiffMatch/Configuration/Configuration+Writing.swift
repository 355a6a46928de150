extension Configuration {
    /// All settings as a YAML file with a comment on each, which ``load(yaml:file:)`` reads back.
    public var yaml: String {
        var lines: [String] = []
        var section = ""
        for setting in Self.settings {
            if setting.section != section {
                section = setting.section
                lines += ["", "# \(Self.documentation(ofSection: section))", "\(section):"]
            }
            let indent = section.isEmpty ? "" : "  "
            lines += ["\(indent)# \(setting.documentation) Accepts \(setting.expectation)."]
            lines += ["\(indent)\(setting.name): \(setting.value(self))"]
            if setting.key == "optimizer.referenceBatch", optimizer.referenceBatch != nil {
                lines += [
                    "\(indent)# As used: optimizer.learningRate times training.batchSize / referenceBatch is \(initialLearningRateText)."
                ]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The list of all keys with their defaults and meanings, for a terminal.
    public static var listing: String {
        let defaults = Configuration()
        return settings.map { setting in
            "\(setting.key): \(setting.value(defaults))\n    \(setting.documentation) Accepts \(setting.expectation)."
        }.joined(separator: "\n") + "\n"
    }

    /// The reference of all keys as a Markdown page.
    public static var markdown: String {
        let defaults = Configuration()
        var lines = ["# Configuration", "", introduction]
        var section: String?
        for setting in settings {
            if setting.section != section {
                section = setting.section
                let title =
                    setting.section.isEmpty ? ["## General"] : ["## `\(setting.section)`", "", documentation(ofSection: setting.section)]
                lines += [""] + title + ["", "| key | default | accepts | meaning |", "|---|---|---|---|"]
            }
            lines.append(
                "| `\(setting.key)` | `\(setting.value(defaults))` | \(setting.expectation) | \(setting.documentation) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        A configuration is a YAML file; every key that it leaves out has the default below, and the defaults together are
        the demonstration's run. `--set key=value` reaches every key from the command line, after the file. Unknown keys and
        values of the wrong type or range are refused with the file, the line and the nearest valid key. A run writes what it
        resolved to `config.yaml`.

        This page is generated: `swift run diffmatch settings --markdown > docs/configuration.md`.
        """

    private static func documentation(ofSection name: String) -> String {
        sections.first { $0.name == name }?.documentation ?? ""
    }
}
