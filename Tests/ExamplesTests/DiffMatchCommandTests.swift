import DMDatasets
import DMFormats
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct DiffMatchCommandTests {
    private static let small = [
        "dataset.side=32", "dataset.classes=5", "dataset.trainingImages=16", "dataset.validationImages=2", "dataset.testImages=3",
        "dataset.labeledFraction=1/4", "augmentation.crop=32", "encoder.channels=8", "decoder.channels=8", "decoder.rates=[1]",
        "denoiser.layers=1", "denoiser.channels=8", "denoiser.heads=2", "training.batchSize=2", "training.steps=2",
        "training.checkpointEvery=1", "training.evaluateEvery=2",
    ].flatMap { ["--set", $0] }

    private func diffmatch(_ arguments: [String]) throws -> ExampleRun { try ExampleRun(of: "diffmatch", arguments: arguments) }

    /// Expects a failure that says why in one line.
    private func expectFailure(_ arguments: [String], saying words: String...) throws {
        let run = try diffmatch(arguments)
        #expect(run.status != 0 && run.status < 128, "it exits rather than crashes")
        #expect(run.errors.first?.hasPrefix("Error: ") == true, "\(run.errors)")
        for word in words { #expect(run.errors.first?.contains(word) == true, "no '\(word)' in \(run.errors)") }
        // Wrong options add how to use the command.
        #expect(
            run.errors.dropFirst().allSatisfy {
                $0.hasPrefix("Usage: ") || $0.hasPrefix("Help: ") || $0.contains("--help") || $0.contains("See ")
            }, "\(run.errors)")
        #expect(run.lines.isEmpty)
    }

    @Test func trainsResumesEvaluatesPredictsAndCompares() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "diffmatch-\(UUID())").path
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        let runs = ["supervised", "diffmatch"].map { "\(folder)/\($0)" }
        for run in runs {
            let method = URL(filePath: run).lastPathComponent
            let trained = try diffmatch(["train", "--output", run] + Self.small + ["--set", "method=\(method)"])
            #expect(trained.status == 0, "\(trained.errors)")
            #expect(trained.lines.contains { $0.contains("mIoU") })
            for file in ["config.yaml", "records.jsonl", "metrics.json", "checkpoint-00000002.json"] {
                #expect(FileManager.default.fileExists(atPath: "\(run)/\(file)"), "\(file)")
            }
        }

        let metrics = try FileBytes.read("\(runs[1])/metrics.json")
        try FileManager.default.removeItem(atPath: "\(runs[1])/checkpoint-00000002.json")
        try expectFailure(
            ["train", "--resume", "--output", runs[1]] + Self.small + ["--set", "seed=5"], saying: "seed is 5, but the run began with 0")
        let resumed = try diffmatch(["train", "--resume", "--output", runs[1]])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.lines.contains { $0.contains("going on from step 1") })
        #expect(try timeless(FileBytes.read("\(runs[1])/metrics.json")) == timeless(metrics))

        let json = "\(folder)/evaluated.json"
        let evaluated = try diffmatch(["evaluate", "--checkpoint", runs[1], "--json", json])
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        #expect(try timeless(FileBytes.read(json)) == timeless(metrics), "the test part is the default")
        let validated = try diffmatch(["evaluate", "--checkpoint", "\(runs[1])/checkpoint-00000002.json", "--split", "val", "--json", json])
        #expect(validated.status == 0)
        #expect(try timeless(FileBytes.read(json)) != timeless(metrics))

        try predicts(into: folder, run: runs[1])
        try labels(into: folder, run: runs[1])

        let picture = "\(folder)/overview.png"
        let compared = try diffmatch(["compare"] + runs + ["--overview", picture])
        #expect(compared.status == 0, "\(compared.errors)")
        #expect(compared.lines.first?.split(separator: " ") == ["class", "share", "supervised", "diffmatch"])
        #expect(try ImageFile.readImage(at: picture).shape[1] > 6 * 64)

        let drawn = try diffmatch(["compare"] + runs + ["--plots", "\(folder)/plots"])
        #expect(drawn.status == 0, "\(drawn.errors)")
        for name in ["frequency", "shares", "calibration"] {
            #expect(try ImageFile.readImage(at: "\(folder)/plots/\(name).png").shape == [380, 560, 3])
        }
        let against = try diffmatch(["compare"] + runs + ["--plots", "\(folder)/plots", "--against", "debias.strength"])
        #expect(against.status == 0, "\(against.errors)")
        #expect(try ImageFile.readImage(at: "\(folder)/plots/debias.strength.png").shape == [380, 560, 3])
    }

    private func predicts(into folder: String, run: String) throws {
        let image = Tensor<UInt8>((0..<40 * 48 * 3).map { UInt8($0 % 256) }, shape: [40, 48, 3])
        try ImageFile.write(image, to: "\(folder)/photo.png")
        let predicted = try diffmatch(["predict", "--checkpoint", run, "\(folder)/photo.png", "--output", "\(folder)/out"])
        #expect(predicted.status == 0, "\(predicted.errors)")
        #expect(predicted.lines.contains { $0.hasSuffix(" %") })
        let map = try ImageFile.readLabelMap(at: "\(folder)/out/photo.png")
        #expect(map.labels.shape == [40, 48])
        #expect(map.labels.scalars.allSatisfy { $0 < 5 })
        #expect(map.palette != nil)
        #expect(try ImageFile.readImage(at: "\(folder)/out/photo_overlay.png").shape == [40, 48, 3])

        let adjustment = ["--set", "debias.appliesTo=both", "--set", "debias.strength=2"]
        let adjusted = try diffmatch(
            ["predict", "--checkpoint", run, "\(folder)/photo.png", "--output", "\(folder)/adjusted"] + adjustment)
        #expect(adjusted.status == 0, "\(adjusted.errors)")
        #expect(try ImageFile.readLabelMap(at: "\(folder)/adjusted/photo.png").labels != map.labels)

        try Data("no picture".utf8).write(to: URL(filePath: "\(folder)/broken.png"))
        for missing in ["broken.png", "nowhere.png"] {
            try expectFailure(["predict", "--checkpoint", run, "\(folder)/\(missing)", "--output", "\(folder)/out"], saying: missing)
        }
        let twins = ["\(folder)/photo.png", "\(folder)/elsewhere/photo.jpg"]
        try expectFailure(["predict", "--checkpoint", run] + twins + ["--output", "\(folder)/twins"], saying: twins[0], twins[1])
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/twins"))
    }

    /// The labels of a finished network, and a training on them.
    private func labels(into folder: String, run: String) throws {
        let label = ["label", "--checkpoint", run, "--output", "\(folder)/labels", "--set", "pseudoLabels.threshold=0"]
        let labeled = try diffmatch(label)
        #expect(labeled.status == 0, "\(labeled.errors)")
        let setting = "pseudoLabels.folder=\(folder)/labels/labels"
        #expect(labeled.lines.last == "12 images, 100.0 % of their pixels: \(setting)")
        try expectFailure(label, saying: "there are labels already")
        let student = try diffmatch(["train", "--output", "\(folder)/student"] + Self.small + ["--set", setting])
        #expect(student.status == 0, "\(student.errors)")
        try expectFailure(
            ["train", "--output", "\(folder)/other"] + Self.small + ["--set", "pseudoLabels.folder=\(folder)/nowhere"],
            saying: "\(folder)/nowhere", "diffmatch label")
    }

    @Test(arguments: ["train", "evaluate", "predict", "label", "compare", "verify", "partition", "settings"])
    func helpExplains(command: String) throws {
        let run = try diffmatch([command, "--help"])
        #expect(run.status == 0)
        #expect(run.lines.first?.hasPrefix("OVERVIEW: ") == true)
        #expect(run.lines.contains { $0.hasPrefix("USAGE: diffmatch \(command)") })
        let whole = try diffmatch(["--help"])
        #expect(whole.lines.contains { $0.trimmingCharacters(in: .whitespaces).hasPrefix(command) })
    }

    @Test func settingsListsEveryKey() throws {
        let run = try diffmatch(["settings"])
        for key in ["method: diffmatch", "dataset.labeledFraction: 1/16", "diffusion.samplingSteps: 3", "debias.maximumShift: 3"] {
            #expect(run.lines.contains { $0.hasPrefix(key) }, "\(key)")
        }
    }

    @Test func wrongUseIsRefusedInOneLine() throws {
        try expectFailure(["train", "--set", "debias.strenth=1"], saying: "unknown key 'debias.strenth'", "'debias.strength'")
        try expectFailure(["train", "--set", "training.steps=many"], saying: "training.steps", "'many'")
        try expectFailure(["train", "--set", "denoiser.channels=10", "--set", "denoiser.heads=2"], saying: "denoiser.channels")
        try expectFailure(["train", "--config", "/nowhere/run.yaml"], saying: "/nowhere/run.yaml")
        try expectFailure(["train", "--resume", "--output", "/nowhere"], saying: "no checkpoint at '/nowhere'")
        try expectFailure(["train", "--steps", "3"], saying: "--steps")
        try expectFailure(["evaluate", "--checkpoint", "/nowhere"], saying: "no checkpoint at '/nowhere'")
        try expectFailure(["evaluate"], saying: "--checkpoint")
        try expectFailure(["evaluate", "--checkpoint", "/nowhere", "--split", "tset"], saying: "tset")
        try expectFailure(["compare", "/nowhere"], saying: "/nowhere/metrics.json")
        try expectFailure(["train", "--output", "/proc/run"], saying: "cannot create '/proc/run'")
        try expectFailure(["trian"], saying: "trian")
    }

    /// A report without its seconds.
    private func timeless(_ bytes: [UInt8]) throws -> NSDictionary {
        let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        return object.filter { $0.key != "seconds" } as NSDictionary
    }
}
