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
                throw ConfigurationError(.syntax("expected key=value, found '\(shortened(assignment))'"), at: .commandLine)
            }
            try set(String(assignment[..<equals]), to: String(assignment[assignment.index(after: equals)...]))
        }
    }

    /// Changes as `key=value` under the keys of today.
    ///
    /// - Parameters:
    ///   - assignments: The changes, as the command line's `--set` options hand them over.
    ///   - tell: Is told of each key of an earlier version.
    public static func renamedKeys(in assignments: [String], telling tell: (String) -> Void) -> [String] {
        assignments.map { assignment in
            let key = String(assignment.prefix { $0 != "=" })
            guard let today = renamedKeys[key] else { return assignment }
            tell("--set: '\(key)' is now '\(today)'")
            return today + assignment.dropFirst(key.count)
        }
    }

    /// Changes settings by their keys, as a file holds them that an earlier version may have written.
    ///
    /// - Throws: ``ConfigurationError`` for the first that is wrong, in the order of the keys.
    mutating func set(saved values: [String: String]) throws(ConfigurationError) {
        for (key, text) in values.sorted(by: { $0.key < $1.key }) {
            let key = Self.renamedKeys[key] ?? key
            try set(key, to: SettingText(commandLine: text).renamed(for: key), at: .commandLine)
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
        Self.settings.filter { $0.affectsResults && $0.value(self) != $0.value(other) }
    }

    mutating func set(_ key: String, to text: SettingText, at place: ConfigurationError.Place) throws(ConfigurationError) {
        let setting = try Self.existingSetting(key, at: place)
        guard setting.change(&self, text) else {
            throw ConfigurationError(.badValue(expected: setting.expectation, found: text.found), key: key, at: place)
        }
    }

    private static func existingSetting(_ key: String, at place: ConfigurationError.Place) throws(ConfigurationError) -> Setting {
        if let setting = setting(key) { return setting }
        let reason: ConfigurationError.Reason = renamedKeys[key].map { .renamedKey(to: $0) } ?? .unknownKey(nearest: nearestKey(to: key))
        throw ConfigurationError(reason, key: key, at: place)
    }
}

// MARK: - Names

extension Configuration {
    /// The keys and sections of earlier versions, each with its name of today.
    ///
    /// Whoever writes an old one is told the new one. What an earlier version has saved is read all the same.
    static let renamedKeys: [String: String] = {
        let keys = [
            "dataset": [
                "labelledFraction": "labeledFraction", "labelledList": "labeledList", "unlabelledList": "unlabeledList",
            ],
            "encoder": ["recomputes": "activationCheckpointing"],
            "denoiser": ["recomputes": "activationCheckpointing"],
            "diffusion": ["draws": "ensembleSize"],
            "pseudoLabels": ["surestShare": "classBalancedFraction"],
            "training": [
                "unlabelledBatchSize": "unlabeledBatchSize", "hardExamples": "ohemMinimumKept", "averageDecay": "emaDecay",
                "auxiliaryWeight": "auxiliaryLossWeight",
            ],
        ]
        let views = [
            "crop", "scaleRange", "flipProbability", "jitterProbability", "jitter", "hue", "grayscaleProbability", "blurProbability",
            "blurSigma", "cutMixProbability", "cutMixArea", "featureDropout",
        ]
        var renamed = ["views": "augmentation"]
        for (section, names) in keys {
            for (old, new) in names { renamed["\(section).\(old)"] = "\(section).\(new)" }
        }
        for name in views { renamed["views.\(name)"] = "augmentation.\(name)" }
        return renamed
    }()

    /// The values of earlier versions, by the key of today, each with its name of today.
    fileprivate static let renamedValues = ["evaluation.mode": ["centre-crop": "center-crop"]]

    /// The key or section with the least edit distance; one whose last part alone resembles comes next.
    static func nearestKey(to key: String) -> String {
        // What is longer resembles none, and would take long to compare.
        let key = String(key.prefix(100))
        func distance(_ candidate: String) -> Int {
            let lastPart = editDistance(key.split(separator: ".").last ?? "", candidate.split(separator: ".").last ?? "")
            return min(editDistance(key, candidate), lastPart + 1)
        }
        let candidates = settings.map(\.key) + sections.map(\.name)
        return candidates.min { distance($0) < distance($1) } ?? ""
    }
}

extension SettingText {
    /// The value in the names of today, where an earlier version may have written it for this key.
    func renamed(for key: String) -> SettingText {
        guard case .scalar(let text) = self, let name = Configuration.renamedValues[key]?[text] else { return self }
        return .scalar(name)
    }
}

/// The least number of insertions, deletions and replacements of characters that turn `x` into `y`
/// (Levenshtein, 1966); upper and lower case count as equal.
private func editDistance(_ x: some StringProtocol, _ y: some StringProtocol) -> Int {
    let x = Array(x.lowercased())
    let y = Array(y.lowercased())
    var row = Array(0...y.count)
    for (i, character) in x.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in y.enumerated() {
            let replaced = diagonal + (character == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[y.count]
}

// MARK: - Contradictions

extension Configuration {
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
            "\(denoiser.channels) is not a multiple of 4, which the positional encoding of two axes needs")
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
            encoder.activationCheckpointing.allSatisfy { $0 <= encoder.name.stageCount }, "encoder.activationCheckpointing",
            "\(name) has the stages 1 to \(encoder.name.stageCount), and the stem, 0")
        try require(
            denoiser.activationCheckpointing.allSatisfy { $0 <= denoiser.layers }, "denoiser.activationCheckpointing",
            "there are the layers 1 to \(denoiser.layers)")
        try require(
            training.microBatch != 1, "training.microBatch", "one image has no batch statistics; set 2 or more, or 0 for a whole step")
        try require(
            encoder.weights == nil || encoder.name != .compact, "encoder.weights",
            "there are no public weights for the compact encoder; choose another encoder.name")
    }
}
