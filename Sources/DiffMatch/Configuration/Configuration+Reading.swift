import Foundation
import Yams

extension Configuration {
    /// The configuration of a file, or the demonstration's, with some settings changed.
    ///
    /// - Parameters:
    ///   - file: The path of a YAML file; nil for the defaults.
    ///   - assignments: Changes as `key=value`, which the command line's `--set` options hand over.
    /// - Throws: ``ConfigurationError`` for an unreadable file, an unknown key, a bad value, a contradiction.
    public static func resolved(file: String?, assignments: [String] = []) throws(ConfigurationError) -> Configuration {
        var configuration = Configuration()
        var places: [String: ConfigurationError.Place] = [:]
        if let file {
            try configuration.read(yaml: contents(of: file), file: file, places: &places)
        }
        try configuration.set(assignments)
        for assignment in assignments { places[String(assignment.prefix { $0 != "=" })] = .commandLine }
        let whole: ConfigurationError.Place = file.map { .wholeFile($0) } ?? .commandLine
        try configuration.validate { places[$0] ?? whole }
        return configuration
    }

    /// The configuration of a YAML file; keys that it does not name keep their defaults.
    ///
    /// - Throws: ``ConfigurationError`` for an unreadable file, an unknown key, a bad value, a contradiction.
    public static func load(file: String) throws(ConfigurationError) -> Configuration {
        try load(yaml: contents(of: file), file: file)
    }

    /// The configuration of a YAML text; keys that it does not name keep their defaults.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - file: The name that errors show.
    /// - Throws: ``ConfigurationError`` for an unknown key, a bad value, a contradiction.
    public static func load(yaml: String, file: String) throws(ConfigurationError) -> Configuration {
        var configuration = Configuration()
        var places: [String: ConfigurationError.Place] = [:]
        try configuration.read(yaml: yaml, file: file, places: &places)
        try configuration.validate { places[$0] ?? .wholeFile(file) }
        return configuration
    }

    private static func contents(of file: String) throws(ConfigurationError) -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(.unreadable("cannot read the configuration: \(error.localizedDescription)"), at: .wholeFile(file))
        }
    }

    /// Changes the settings that a text names, and remembers where each stood.
    private mutating func read(
        yaml: String, file: String, places: inout [String: ConfigurationError.Place]
    ) throws(ConfigurationError) {
        guard let root = try Self.compose(yaml, file: file), SettingText(root).isNull == false else { return }
        guard let mapping = root.mapping else {
            throw ConfigurationError(.syntax("expected keys with values, found \(SettingText(root).found)"), at: root.place(in: file))
        }
        for (keyNode, value) in mapping {
            let name = Self.name(of: keyNode)
            if Self.sections.contains(where: { $0.name == name }) {
                try read(section: name, value, file: file, places: &places)
            } else {
                try read(name, at: keyNode, value, file: file, places: &places)
            }
        }
    }

    private mutating func read(
        section: String, _ node: Node, file: String, places: inout [String: ConfigurationError.Place]
    ) throws(ConfigurationError) {
        if SettingText(node).isNull { return }
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                .badValue(expected: "a section of keys", found: SettingText(node).found), key: section, at: node.place(in: file))
        }
        for (keyNode, value) in mapping {
            try read("\(section).\(Self.name(of: keyNode))", at: keyNode, value, file: file, places: &places)
        }
    }

    private mutating func read(
        _ key: String, at keyNode: Node, _ value: Node, file: String, places: inout [String: ConfigurationError.Place]
    ) throws(ConfigurationError) {
        let isKnown = Self.setting(key) != nil
        try set(key, to: SettingText(value), at: (isKnown ? value : keyNode).place(in: file))
        places[key] = value.place(in: file)
    }

    private static func name(of node: Node) -> String { node.scalar?.string ?? "?" }

    private static func compose(_ yaml: String, file: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: yaml)
        } catch let YamlError.scanner(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.parser(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.composer(_, problem, mark, _) {
            throw ConfigurationError(.syntax(problem), at: mark.place(in: file))
        } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
            throw ConfigurationError(
                .syntax("the key '\(duplicates.first ?? "")' is given more than once"), at: context.mark.place(in: file))
        } catch {
            throw ConfigurationError(.syntax("\(error)"), at: .wholeFile(file))
        }
    }
}

extension SettingText {
    /// A node of a YAML document.
    fileprivate init(_ node: Node) {
        if let scalar = node.scalar {
            let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
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
    fileprivate func place(in file: String) -> ConfigurationError.Place {
        mark?.place(in: file) ?? .wholeFile(file)
    }
}

extension Mark {
    fileprivate func place(in file: String) -> ConfigurationError.Place { .file(file, line: line, column: column) }
}
