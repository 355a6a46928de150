/// One key of the configuration: its name, meaning, range, and how it is read and changed.
///
/// Parsing, `--set`, the list of keys, the reference in `docs/configuration.md` and the comments of a
/// written configuration all follow from these.
public struct Setting: Sendable {
    /// The dotted path, such as `debias.strength`.
    public let key: String
    /// What it decides, in one line.
    public let documentation: String
    /// What it accepts, such as "a number in 0...2".
    public let expectation: String
    /// Whether it may change while a run goes on, since it decides nothing about the result: where files lie, how many
    /// threads work, how often something is kept.
    public let isCircumstance: Bool
    /// The value that a configuration has for it, in YAML.
    public let value: @Sendable (Configuration) -> String
    /// Changes a configuration; false where the text is not accepted.
    let change: @Sendable (inout Configuration, SettingText) -> Bool

    init<Value>(
        _ key: String, _ path: any WritableKeyPath<Configuration, Value> & Sendable, _ kind: SettingKind<Value>,
        _ documentation: String, isCircumstance: Bool = false
    ) {
        self.key = key
        self.documentation = documentation
        self.isCircumstance = isCircumstance
        expectation = kind.expectation
        value = { kind.format($0[keyPath: path]) }
        change = { configuration, text in
            guard let value = kind.parse(text) else { return false }
            configuration[keyPath: path] = value
            return true
        }
    }

    /// The section that the key belongs to, empty for those outside any.
    public var section: String { key.contains(".") ? String(key.prefix { $0 != "." }) : "" }

    /// The key without its section.
    public var name: String { section.isEmpty ? key : String(key.dropFirst(section.count + 1)) }
}
