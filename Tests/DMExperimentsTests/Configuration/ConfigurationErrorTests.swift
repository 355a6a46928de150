import DMExperiments
import DiffMatch
import Foundation
import Testing

private func message(of yaml: String) -> String {
    do throws(ConfigurationError) {
        _ = try Configuration.load(yaml: yaml, file: "run.yaml")
        return "no error"
    } catch {
        return error.description
    }
}

private func message(setting key: String, to text: String) -> String {
    var configuration = Configuration()
    do throws(ConfigurationError) {
        try configuration.set(key, to: text)
        return "no error"
    } catch {
        #expect(configuration == Configuration(), "a refused value changed the configuration")
        return error.description
    }
}

@Suite struct ConfigurationErrorTests {
    @Test(arguments: [
        ("methd: diffmatch", "run.yaml:1:1: unknown key 'methd'; the nearest valid key is 'method'"),
        (
            "seed: 1\ndebias:\n  strenght: 1\n",
            "run.yaml:3:3: unknown key 'debias.strenght'; the nearest valid key is 'debias.strength'"
        ),
        ("debais:\n  strength: 1\n", "run.yaml:1:1: unknown key 'debais'; the nearest valid key is 'debias'"),
        ("samplingSteps: 3", "run.yaml:1:1: unknown key 'samplingSteps'; the nearest valid key is 'diffusion.samplingSteps'"),
    ])
    func unknownKeysNameTheNearest(yaml: String, expected: String) {
        #expect(message(of: yaml) == expected)
    }

    @Test(arguments: [
        (
            "method: fixmach",
            "run.yaml:1:9: method: expected one of supervised, fixmatch, unimatch, supervised-diffusion, diffmatch, found 'fixmach'"
        ),
        ("training:\n  steps: many", "run.yaml:2:10: training.steps: expected a whole number in 1...100000000, found 'many'"),
        ("training: {steps: 0}", "run.yaml:1:19: training.steps: expected a whole number in 1...100000000, found '0'"),
        ("training: {steps: 1.5}", "run.yaml:1:19: training.steps: expected a whole number in 1...100000000, found '1.5'"),
        ("seed: -1", "run.yaml:1:7: seed: expected a whole number from 0, found '-1'"),
        ("debias: {strength: .nan}", "run.yaml:1:20: debias.strength: expected a number in 0...2, found '.nan'"),
        ("debias: {strength: nan}", "run.yaml:1:20: debias.strength: expected a number in 0...2, found 'nan'"),
        ("debias: {strength: [1]}", "run.yaml:1:20: debias.strength: expected a number in 0...2, found [1]"),
        ("debias: {strength: {a: 1}}", "run.yaml:1:20: debias.strength: expected a number in 0...2, found a section of keys"),
        ("debias: {strength: }", "run.yaml:1:20: debias.strength: expected a number in 0...2, found nothing"),
        ("debias: 1", "run.yaml:1:9: debias: expected a section of keys, found '1'"),
        (
            "diffusion: {trainingTimeRange: [0.5, 0.1]}",
            "run.yaml:1:32: diffusion.trainingTimeRange: expected two rising numbers [low, high] in 0...0.999, found [0.5, 0.1]"
        ),
        (
            "encoder: {activationCheckpointing: [8]}",
            "run.yaml:1:36: encoder.activationCheckpointing: expected a list, [] for none, of whole numbers in 0...7, found [8]"
        ),
        ("decoder: {rates: []}", "run.yaml:1:18: decoder.rates: expected a list of whole numbers in 1...64, found []"),
        ("decoder: {rates: [1, x]}", "run.yaml:1:18: decoder.rates: expected a list of whole numbers in 1...64, found [1, x]"),
        (
            "dataset: {labeledFraction: 0/16}",
            "run.yaml:1:28: dataset.labeledFraction: expected a fraction such as 1/16 or 0.0625, above 0 and up to 1, found '0/16'"
        ),
        (
            "dataset: {labeledFraction: 1/0}",
            "run.yaml:1:28: dataset.labeledFraction: expected a fraction such as 1/16 or 0.0625, above 0 and up to 1, found '1/0'"
        ),
    ])
    func badValuesNamePlaceAndExpectation(yaml: String, expected: String) {
        #expect(message(of: yaml) == expected)
    }

    @Test func contradictionsAreRefused() {
        #expect(
            message(of: "seed: 1\ndenoiser:\n  heads: 7")
                == "run.yaml:3:10: denoiser.heads: 7 does not divide denoiser.channels, 64")
        #expect(
            message(of: "denoiser: {channels: 10, heads: 2}")
                == "run.yaml:1:22: denoiser.channels: 10 is not a multiple of 4, which the positional encoding of two axes needs")
        #expect(
            message(of: "diffusion: {estimate: draw}")
                == "run.yaml:1:23: diffusion.estimate: draw belongs to diffusion.sampler: ancestral, not to ddim")
        #expect(message(of: "diffusion: {estimate: draw, sampler: ancestral}") == "no error")
        #expect(message(of: "diffusion: {trainingTimeRange: [0.5, 0.5]}").hasSuffix("the range is empty"))
    }

    @Test func encodersRefuseWhatIsNotTheirs() {
        #expect(
            message(of: "encoder: {stem: deep}") == "run.yaml:1:17: encoder.stem: only the ResNets have a choice of stems, not compact")
        #expect(message(of: "encoder: {name: efficientnet-lite0, stem: classic}").hasSuffix("not efficientnet-lite0"))
        #expect(message(of: "encoder: {outputStride: 16}").hasSuffix("the compact encoder has an output stride of 8, and no other"))
        #expect(message(of: "encoder: {outputStride: 8}") == "no error")
        #expect(message(of: "encoder: {weights: a.pth}").contains("there are no public weights for the compact encoder"))
        #expect(
            message(of: "encoder: {name: resnet50, outputStride: 12}")
                == "run.yaml:1:41: encoder.outputStride: expected one of 8, 16, 32 or null, found '12'")
        #expect(message(of: "encoder: {name: resnet101, stem: deep, outputStride: 16, weights: a.pth}") == "no error")
    }

    @Test func brokenYAMLNamesThePlace() {
        #expect(message(of: "seed: 1\nmethod: [").hasPrefix("run.yaml:3:1: "))
        #expect(message(of: "- 1").contains("expected keys with values"))
        #expect(message(of: "seed: 1\nseed: 2").contains("'seed' is given more than once"))
    }

    /// A kilobyte of aliases as keys would take longer than anybody waits.
    @Test(arguments: [
        ("a: &x 1", 1, 4), ("augmentation: {crop: *x}", 1, 22), ("seed: 1\n<<: {seed: 2}", 2, 1),
        ("? &k0 [x]\n: 1\n? &k1 [*k0, *k0]\n: 1", 1, 3),
        ("seed: 1 # it's\n  # '\n\"x\": [' # ', &x 1]", 3, 14), ("[1,*x]", 1, 4), ("dataset:\r\n  root: &r /data", 2, 9),
    ])
    func anchorsAndAliasesAreRefused(yaml: String, line: Int, column: Int) {
        let found = message(of: yaml)
        #expect(found.hasPrefix("run.yaml:\(line):\(column): anchors (&), aliases (*) and merge keys (<<) are not read"), "\(found)")
    }

    @Test func starsAndAmpersandsElsewhereAreText() {
        #expect(message(of: "# *all* of it & more\nseed: 1 # see &x\ndataset: {root: \"/data/R&D/a*b & c\"}") == "no error")
    }

    @Test func aSecondDocumentIsRefused() {
        #expect(message(of: "seed: 1\n---\nseed: 2").contains("a second document begins here"))
        #expect(message(of: "---\nseed: 1\n...\n") == "no error")
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL"]) func everySpellingOfNullIsNone(null: String) throws {
        let yaml = "encoder: {weights: \(null)}\ndataset: {root: \"null\"}"
        let configuration = try Configuration.load(yaml: yaml, file: "run.yaml")
        #expect(configuration.encoder.weights == nil)
        #expect(configuration.dataset.root == "null", "in quotes it is a word")
        var set = Configuration()
        try set.set("dataset.labeledList", to: null)
        #expect(set.dataset.labeledList == nil)
    }

    @Test func whatIsLongIsShortened() {
        let long = String(repeating: "x", count: 100_000)
        #expect(message(of: "\(long): 1").count < 300)
        #expect(message(of: "seed: \(long)").count < 300)
        #expect(message(setting: long, to: "1").count < 300)
        #expect(message(of: String(repeating: "#", count: 2 << 20)).contains("at most 1048576 are read"))
    }

    @Test(arguments: [#""a\nb": 1"#, #"seed: "a\n\eb""#, #"method: ["\n", "\e"]"#, "{\"\\n\": 1, \"\\n\": 2}", "seed: \u{7}"])
    func messagesAreOneLine(yaml: String) {
        let found = message(of: yaml)
        #expect(found.hasPrefix("run.yaml") && !found.contains { $0.isNewline || $0 == "\u{1B}" }, "\(found)")
    }

    @Test func emptyFilesAreTheDefaults() throws {
        for yaml in ["", "# nothing\n", "---\n", "debias:\n"] {
            #expect(try Configuration.load(yaml: yaml, file: "run.yaml") == Configuration())
        }
    }

    @Test func commandLineErrorsSayWhere() {
        #expect(
            message(setting: "debias.strenth", to: "1")
                == "--set: unknown key 'debias.strenth'; the nearest valid key is 'debias.strength'")
        #expect(message(setting: "seed", to: "x") == "--set: seed: expected a whole number from 0, found 'x'")
        #expect(message(setting: "seed", to: "") == "--set: seed: expected a whole number from 0, found nothing")
        #expect(message(setting: "debias", to: "1").hasPrefix("--set: unknown key 'debias'"))
    }

    @Test func assignmentsOverrideTheFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString).yaml")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        try Data("seed: 4\ndenoiser: {heads: 7}".utf8).write(to: file)
        let configuration = try Configuration.resolved(
            file: file.path, assignments: ["denoiser.channels=84", "dataset.root=a=b"])
        #expect(configuration.seed == 4)
        #expect(configuration.denoiser.channels == 84)
        #expect(configuration.dataset.root == "a=b")
        #expect(throws: ConfigurationError.self) { try Configuration.load(file: file.path) }
        #expect(throws: ConfigurationError.self) { try Configuration.resolved(file: nil, assignments: ["denoiser.heads=7"]) }
        #expect(throws: ConfigurationError.self) { try Configuration.resolved(file: nil, assignments: ["seed"]) }
    }

    @Test func missingFilesAreNamed() {
        #expect {
            try Configuration.load(file: "/nowhere/run.yaml")
        } throws: {
            "\($0)".hasPrefix("/nowhere/run.yaml: cannot read the configuration")
        }
    }
}
