import DMDiffusion
import DMLayers

extension Configuration {
    /// Changes one setting, as the command line's `--set key=value` does.
    ///
    /// - Parameters:
    ///   - key: The dotted path, such as `debias.strength`.
    ///   - text: The value as one writes it: `0.5`, `1/16`, `[0, 0.999]`.
    /// - Throws: ``ConfigurationError`` for an unknown key and for a value of the wrong type or range.
    public mutating func set(_ key: String, to text: String) throws(ConfigurationError) {
        try set(key, to: SettingText(commandLine: text), at: .commandLine)
    }

    /// Changes settings, each given as `key=value`.
    ///
    /// - Throws: ``ConfigurationError`` for the first that is wrong.
    public mutating func set(_ assignments: [String]) throws(ConfigurationError) {
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw ConfigurationError(.syntax("expected key=value, found '\(assignment)'"), at: .commandLine)
            }
            try set(String(assignment[..<equals]), to: String(assignment[assignment.index(after: equals)...]))
        }
    }

    /// The value of a setting, in YAML.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown key.
    public func value(of key: String) throws(ConfigurationError) -> String {
        try Self.existingSetting(key, at: .program).value(self)
    }

    /// The settings that decide a result and are others than in another configuration.
    func settings(differingFrom other: Configuration) -> [Setting] {
        Self.settings.filter { !$0.isCircumstance && $0.value(self) != $0.value(other) }
    }

    private static func existingSetting(_ key: String, at place: ConfigurationError.Place) throws(ConfigurationError) -> Setting {
        guard let setting = setting(key) else {
            throw ConfigurationError(.unknownKey(nearest: nearestKey(to: key)), key: key, at: place)
        }
        return setting
    }

    mutating func set(_ key: String, to text: SettingText, at place: ConfigurationError.Place) throws(ConfigurationError) {
        let setting = try Self.existingSetting(key, at: place)
        guard setting.change(&self, text) else {
            throw ConfigurationError(.badValue(expected: setting.expectation, found: text.found), key: key, at: place)
        }
    }

    /// The key or section with the least edit distance; one whose last part alone resembles comes next.
    static func nearestKey(to key: String) -> String {
        func distance(_ candidate: String) -> Int {
            let lastPart = editDistance(key.split(separator: ".").last ?? "", candidate.split(separator: ".").last ?? "")
            return min(editDistance(key, candidate), lastPart + 1)
        }
        let candidates = settings.map(\.key) + sections.map(\.name)
        return candidates.min { distance($0) < distance($1) } ?? ""
    }

    /// Checks what no setting can check by itself.
    ///
    /// - Throws: ``ConfigurationError`` with the first contradiction between settings.
    public func validate() throws(ConfigurationError) {
        try validate { _ in .program }
    }

    func validate(placeOf: (String) -> ConfigurationError.Place) throws(ConfigurationError) {
        func require(_ holds: Bool, _ key: String, _ message: String) throws(ConfigurationError) {
            if !holds { throw ConfigurationError(.contradiction(message), key: key, at: placeOf(key)) }
        }
        try require(
            denoiser.channels.isMultiple(of: denoiser.heads), "denoiser.heads",
            "\(denoiser.heads) does not divide denoiser.channels, \(denoiser.channels)")
        try require(
            denoiser.channels.isMultiple(of: 4), "denoiser.channels",
            "\(denoiser.channels) is no multiple of 4, which the positions of both axes need")
        try require(
            diffusion.estimate != .sample || diffusion.sampler == .ancestral, "diffusion.estimate",
            "draw belongs to diffusion.sampler: ancestral, not to \(diffusion.sampler.rawValue)")
        try require(
            dataset.name == .builtin || dataset.root != nil, "dataset.root",
            "\(dataset.name.rawValue) needs the folder of its files: set dataset.root")
        try require(
            dataset.unlabeledList == nil || dataset.labeledList != nil, "dataset.unlabeledList",
            "it needs dataset.labeledList beside it")
        try require(
            diffusion.trainingTimeRange.lowerBound < diffusion.trainingTimeRange.upperBound, "diffusion.trainingTimeRange",
            "the range is empty")
        let name = encoder.name.rawValue
        try require(
            encoder.stem == nil || encoder.name.depth != nil, "encoder.stem", "only the ResNets have a choice of stems, not \(name)")
        try require(
            encoder.outputStride == nil || encoder.outputStride == .eight || encoder.name != .compact, "encoder.outputStride",
            "the compact encoder has an output stride of 8, and no other")
        try require(
            encoder.recomputes.allSatisfy { $0 <= encoder.name.stageCount }, "encoder.recomputes",
            "\(name) has the stages 1 to \(encoder.name.stageCount), and the stem, 0")
        try require(
            denoiser.recomputes.allSatisfy { $0 <= denoiser.layers }, "denoiser.recomputes", "there are the layers 1 to \(denoiser.layers)")
        try require(
            training.microBatch != 1, "training.microBatch", "one image has no batch statistics; set 2 or more, or 0 for a whole step")
        try require(
            encoder.weights == nil || encoder.name != .compact, "encoder.weights",
            "there are no public weights for the compact encoder; choose another encoder.name")
    }
}
