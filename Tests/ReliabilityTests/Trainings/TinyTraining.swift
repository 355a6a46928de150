import Foundation

/// A training of some tens of thousands of parameters, a step of which takes some ten milliseconds.
struct TinyTraining {
    /// The folder that it keeps its files in.
    var folder: String
    /// Its settings.
    var settings: [String: String]

    /// A training with a few settings of its own.
    init(in folder: String, steps: Int = 4, _ changes: [String: String] = [:]) {
        self.folder = folder
        settings = [
            "dataset.side": "32", "dataset.trainingImages": "16", "dataset.labeledFraction": "1/4", "dataset.validationImages": "2",
            "dataset.testImages": "2", "augmentation.crop": "32", "encoder.channels": "8", "decoder.channels": "8",
            "decoder.lowLevelChannels": "8", "decoder.rates": "[1]", "denoiser.channels": "8", "denoiser.layers": "1",
            "denoiser.heads": "2", "denoiser.points": "2", "training.batchSize": "2", "training.threads": "1",
            "training.checkpointEvery": "1", "training.evaluateEvery": "2", "training.steps": "\(steps)",
        ].merging(changes) { $1 }
    }

    /// The same training in another folder.
    func moved(to folder: String) -> TinyTraining {
        var training = self
        training.folder = folder
        return training
    }

    /// The options of all settings.
    var options: [String] { settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] } }

    /// The command that starts it.
    func begin(_ more: String...) -> Launch { Launch(arguments: ["train", "--output", folder] + options + more) }

    /// The command that goes on with what is in the folder.
    func resume(_ more: String...) -> Launch { Launch(arguments: ["train", "--output", folder, "--resume"] + more) }

    /// What a user does after a stop: resume where there is a run, or else begin again.
    func goOn(_ more: String...) -> Launch {
        var launch = hasCheckpoint || FileTree.exists("\(folder)/config.yaml") ? resume() : begin()
        launch.arguments += more
        return launch
    }

    /// Whether the folder has a checkpoint.
    var hasCheckpoint: Bool { !checkpoints.isEmpty }

    /// The steps of the folder's checkpoints, rising.
    var checkpoints: [Int] {
        FileTree.names(in: folder).compactMap { $0.wholeMatch(of: /checkpoint-(\d+)\.json/).flatMap { Int($0.1) } }.sorted()
    }

    /// The name of the manifest of a step.
    static func manifest(_ step: Int) -> String { "checkpoint-" + String("0000000\(step)".suffix(8)) + ".json" }

    /// The number of lines in the records.
    var recordCount: Int { FileTree.text(at: "\(folder)/records.jsonl").count { $0 == "\n" } }

    /// Trains to the end, undisturbed, and takes down what is then in the folder.
    func reference() throws -> RunContent {
        let ending = try begin().run()
        guard ending.status == 0 else { throw CheckFailure("the undisturbed training ended with \(ending)") }
        return try RunContent(of: folder)
    }
}

/// What makes a check pointless, such as an undisturbed training that fails.
struct CheckFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
