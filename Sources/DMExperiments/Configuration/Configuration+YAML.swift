import Foundation
import Yams

// MARK: - Reading

extension Configuration {
    /// The configuration of a file, or the demonstration's, with some settings changed.
    ///
    /// - Parameters:
    ///   - file: The path of a YAML file; nil for the defaults.
    ///   - assignments: Changes as `key=value`, which the command line's `--set` options hand over.
    ///   - renamed: Is told of each key of an earlier version, which is then read as what it is called today; nil to refuse
    ///     them.
    /// - Throws: ``ConfigurationError`` for an unreadable file, an unknown key, a bad value, a contradiction.
    public static func resolved(
        file: String?, assignments: [String] = [], renamed: ((String) -> Void)? = nil
    ) throws(ConfigurationError) -> Configuration {
        var reader = YAMLReader(file: file ?? "", acceptsRenamed: renamed != nil)
        if let file { try reader.read(YAMLText.read(file)) }
        reader.renamed.forEach { renamed?($0) }
        let assignments = renamed.map { renamedKeys(in: assignments, telling: $0) } ?? assignments
        try reader.configuration.set(assignments)
        for assignment in assignments { reader.places[String(assignment.prefix { $0 != "=" })] = .commandLine }
        let whole: ConfigurationError.Place = file.map { .wholeFile($0) } ?? .commandLine
        try reader.configuration.validate { reader.places[$0] ?? whole }
        return reader.configuration
    }

    /// The configuration of a YAML file; keys that it does not name keep their defaults.
    ///
    /// - Throws: ``ConfigurationError`` for an unreadable file, an unknown key, a bad value, a contradiction.
    public static func load(file: String) throws(ConfigurationError) -> Configuration {
        try load(yaml: YAMLText.read(file), file: file)
    }

    /// The configuration of a YAML text; keys that it does not name keep their defaults.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - file: The name that errors show.
    /// - Throws: ``ConfigurationError`` for an unknown key, a bad value, a contradiction.
    public static func load(yaml: String, file: String) throws(ConfigurationError) -> Configuration {
        try load(yaml, YAMLReader(file: file))
    }

    /// The configuration of a file that this version or an earlier one has written, such as a run's `config.yaml`: keys and
    /// values that have been renamed since then are read as what they are called today.
    ///
    /// - Throws: As ``load(file:)``.
    public static func loadSaved(file: String) throws(ConfigurationError) -> Configuration {
        try loadSaved(yaml: YAMLText.read(file), file: file)
    }

    /// The configuration of a text that this version or an earlier one has written.
    ///
    /// - Throws: As ``load(yaml:file:)``.
    public static func loadSaved(yaml: String, file: String) throws(ConfigurationError) -> Configuration {
        try load(yaml, YAMLReader(file: file, acceptsRenamed: true))
    }

    private static func load(_ yaml: String, _ reader: YAMLReader) throws(ConfigurationError) -> Configuration {
        var reader = reader
        try reader.read(yaml)
        try reader.configuration.validate { reader.places[$0] ?? .wholeFile(reader.file) }
        return reader.configuration
    }
}

/// Changes the settings that a text names, and remembers where each one is.
private struct YAMLReader {
    /// The name that errors show.
    let file: String
    /// Whether keys and values of earlier versions are accepted.
    var acceptsRenamed = false
    var configuration = Configuration()
    var places: [String: ConfigurationError.Place] = [:]
    /// The keys of earlier versions that were met, each in words.
    private(set) var renamed: [String] = []

    init(file: String, acceptsRenamed: Bool = false) { (self.file, self.acceptsRenamed) = (file, acceptsRenamed) }

    mutating func read(_ yaml: String) throws(ConfigurationError) {
        guard let root = try YAMLText.root(of: yaml, file: file), SettingText(root).isNull == false else { return }
        guard let mapping = root.mapping else {
            throw ConfigurationError(.syntax("expected keys with values, found \(SettingText(root).found)"), at: root.place(in: file))
        }
        for (keyNode, value) in mapping {
            let name = today(keyNode.name)
            if Configuration.sections.contains(where: { $0.name == name }) {
                try read(section: name, called: keyNode.name, value)
            } else {
                try read(name, at: keyNode, value)
            }
        }
    }

    private mutating func read(section: String, called oldName: String, _ node: Node) throws(ConfigurationError) {
        if SettingText(node).isNull { return }
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                .badValue(expected: "a section of keys", found: SettingText(node).found), key: section, at: node.place(in: file))
        }
        for (keyNode, value) in mapping {
            try read(today("\(oldName).\(keyNode.name)"), at: keyNode, value)
        }
    }

    private mutating func read(_ key: String, at keyNode: Node, _ value: Node) throws(ConfigurationError) {
        let isKnown = Configuration.setting(key) != nil
        let text = acceptsRenamed ? SettingText(value).renamed(for: key) : SettingText(value)
        try configuration.set(key, to: text, at: (isKnown ? value : keyNode).place(in: file))
        places[key] = value.place(in: file)
    }

    /// The name that a key or section has today.
    private mutating func today(_ name: String) -> String {
        guard acceptsRenamed, let today = Configuration.renamedKeys[name] else { return name }
        renamed.append("\(file): '\(name)' is now '\(today)'")
        return today
    }
}

extension SettingText {
    /// A node of a YAML document.
    fileprivate init(_ node: Node) {
        if let scalar = node.scalar {
            let isNull = scalar.style == .plain && SettingText.nulls.contains(scalar.string)
            self = isNull ? .null : .scalar(scalar.string)
        } else if let sequence = node.sequence {
            let items = sequence.compactMap { $0.scalar?.string }
            self = items.count == sequence.count ? .list(items) : .section
        } else {
            self = .section
        }
    }

    fileprivate var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension Node {
    /// The text of a key.
    fileprivate var name: String { scalar?.string ?? "?" }

    fileprivate func place(in file: String) -> ConfigurationError.Place {
        mark?.place(in: file) ?? .wholeFile(file)
    }
}

// MARK: - Writing

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
        A configuration is a YAML file. Every key that it leaves out has the default below, and the defaults together are
        the demonstration's run. On the command line, `--set key=value` changes any key after the file is read. Unknown keys
        and values of the wrong type or range are refused with the file, the line and the nearest valid key; keys of earlier
        versions are read, with a warning that names the new one. A run writes the configuration that it uses to `config.yaml`.

        A setting without a value, `~`, `null`, `Null` and `NULL` all mean none. Anchors, aliases and merge keys are refused,
        and so are a second document and files above a mebibyte. `--config /dev/stdin` reads from a pipe.

        This page is generated: `swift run diffmatch settings --markdown > docs/configuration.md`.
        """

    private static func documentation(ofSection name: String) -> String {
        sections.first { $0.name == name }?.documentation ?? ""
    }
}

// MARK: - Coding

extension Configuration: Codable {
    /// The settings of a checkpoint. A setting that is newer than the checkpoint has its default; renamed keys are read as
    /// what they are called today.
    ///
    /// - Throws: ``ConfigurationError`` for a setting that this version does not know, or refuses.
    public init(from decoder: any Decoder) throws {
        self = try Configuration.loadSaved(yaml: decoder.singleValueContainer().decode(String.self), file: "saved configuration")
    }

    /// Writes the settings as one YAML text, without comments.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let lines = yaml.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        try container.encode(lines.joined(separator: "\n"))
    }
}
