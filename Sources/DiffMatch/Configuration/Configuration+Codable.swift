extension Configuration: Codable {
    /// The settings of a checkpoint; one that has been added to the library since then has its default.
    ///
    /// - Throws: ``ConfigurationError`` for a setting that this version does not know, or refuses.
    public init(from decoder: any Swift.Decoder) throws {
        self = try Configuration.load(yaml: decoder.singleValueContainer().decode(String.self), file: "saved configuration")
    }

    /// Writes the settings as one YAML text, without comments.
    public func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        let lines = yaml.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        try container.encode(lines.joined(separator: "\n"))
    }
}
