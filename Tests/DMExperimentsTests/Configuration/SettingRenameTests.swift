import DMExperiments
import Foundation
import Testing

/// Settings as an earlier version wrote them.
private let saved = """
    dataset:
      labelledFraction: 1/4
    encoder: {recomputes: [1]}
    diffusion:
      draws: 3
    pseudoLabels: {surestShare: 0.25}
    views:
      crop: 64
    evaluation:
      mode: centre-crop
    training: {hardExamples: 7, averageDecay: 0.5, auxiliaryWeight: 0.1, unlabelledBatchSize: 2}
    """

@Suite("Renamed settings") struct SettingRenameTests {
    private func message(_ body: @autoclosure () throws -> Configuration) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("An old key is refused with the new one") func oldKeysNameTheNewOnes() {
        #expect(
            message(try Configuration.load(yaml: "training: {hardExamples: 7}", file: "run.yaml"))
                == "run.yaml:1:12: unknown key '\(old("training", "hardExamples"))'; it is now 'training.ohemMinimumKept'")
        #expect(
            message(try Configuration.load(yaml: "seed: 1\nviews:\n  crop: 64", file: "run.yaml"))
                == "run.yaml:2:1: unknown key 'views'; it is now 'augmentation'")
        let key = old("views", "crop")
        #expect(
            message(try Configuration.resolved(file: nil, assignments: ["\(key)=64"]))
                == "--set: unknown key '\(key)'; it is now 'augmentation.crop'")
    }

    @Test("The command line reads an old key, and says so") func oldKeysAreToldAndRead() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "renamed-\(UUID().uuidString).yaml").path
        try Data(saved.utf8).write(to: URL(filePath: file))
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: file) } }
        var told: [String] = []
        let key = old("views", "crop")
        let configuration = try Configuration.resolved(file: file, assignments: ["\(key)=32", "seed=3"]) { told.append($0) }
        #expect(configuration.augmentation.crop == 32 && configuration.training.ohemMinimumKept == 7 && configuration.seed == 3)
        #expect(told.contains("--set: '\(key)' is now 'augmentation.crop'"))
        #expect(told.contains("\(file): '\(old("diffusion", "draws"))' is now 'diffusion.ensembleSize'"))
    }

    private func old(_ section: String, _ name: String) -> String { "\(section).\(name)" }

    @Test("What an earlier version saved is read") func savedSettingsAreTranslated() throws {
        var expected = Configuration()
        expected.dataset.labeledFraction = 0.25
        expected.encoder.activationCheckpointing = [1]
        expected.diffusion.ensembleSize = 3
        expected.pseudoLabels.classBalancedFraction = 0.25
        expected.augmentation.crop = 64
        expected.evaluation.mode = .centerCrop
        expected.training.ohemMinimumKept = 7
        expected.training.emaDecay = 0.5
        expected.training.auxiliaryLossWeight = 0.1
        expected.training.unlabeledBatchSize = 2
        #expect(try Configuration.loadSaved(yaml: saved, file: "config.yaml") == expected)
        let checkpoint = try JSONEncoder().encode(saved)
        #expect(try JSONDecoder().decode(Configuration.self, from: checkpoint) == expected)
        #expect(throws: ConfigurationError.self) { try Configuration.load(yaml: saved, file: "config.yaml") }
    }

    @Test("What was saved is checked all the same") func savedSettingsAreChecked() {
        #expect(throws: ConfigurationError.self) { try Configuration.loadSaved(yaml: "training: {hardExamples: -1}", file: "config.yaml") }
        #expect(throws: ConfigurationError.self) { try Configuration.loadSaved(yaml: "views:\n  crpo: 64", file: "config.yaml") }
    }
}
