import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct RunTests {
    @Test func writesItsFiles() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch, "training.keptCheckpoints=1")
            let report = try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            #expect(try Configuration.load(file: "\(folder)/config.yaml") == configuration)
            #expect(try EvaluationReport(path: "\(folder)/metrics.json") == report)
            #expect(try CheckpointFolder<CheckpointState>(path: folder).steps() == [4])

            let object = try json(FileManager.default.contents(atPath: "\(folder)/metrics.json"))
            #expect(object["method"] as? String == "diffmatch")
            #expect(object["seed"] as? Int == 0)
            #expect(object["steps"] as? Int == 4)
            #expect(try #require(object["seconds"] as? Double) > 0)
            for key in ["mIoU", "headMean", "tailMean", "pixelAccuracy"] {
                #expect(try (0...1).contains(#require(object[key] as? Double)), "\(key) is a fraction of 1")
            }
            let classes = try #require(object["classes"] as? [[String: Any]])
            #expect(classes.count == 5)
            #expect(classes.allSatisfy { Set($0.keys) == ["name", "share", "iou"] })
            let share = classes.reduce(0) { $0 + ($1["share"] as? Double ?? .nan) }
            #expect(abs(share - 1) < 1e-9)

            let records = try String(contentsOfFile: "\(folder)/records.jsonl", encoding: .utf8).split(separator: "\n")
            let objects = try records.map { try json(Data($0.utf8)) }
            let steps = objects.filter { $0["losses"] != nil }, evaluations = objects.filter { $0["mIoU"] != nil }
            #expect(steps.map { $0["step"] as? Int } == [1, 2, 3, 4])
            #expect(evaluations.map { $0["step"] as? Int } == [2, 4])
            #expect(Set(steps[0].keys) == ["step", "losses", "learningRate", "coverage", "seconds", "peakMemory"])
            #expect((evaluations[0]["prior"] as? [Double])?.count == 5)
        }
    }

    @Test func theReportIsThatOfTheAverageOnTheTestPart() throws {
        let configuration = try tiny(.supervised)
        let data = try ExperimentData(configuration)
        let state = try trained(configuration, steps: 4).state
        let predictor = configuration.makeTrainer().predictor(of: state)
        let report = try EvaluationReport(of: predictor, after: state.progress, configuration, on: data, part: .test)
        let (images, masks) = try data.images(of: .test, at: 0..<5)
        let classes = try predictor.predict(images, random: RandomSource(seed: 0)).classes
        let pairs = Array(zip(classes.scalars, masks.scalars)).filter { $1 != 255 }
        let accuracy = Double(pairs.count { $0 == $1 }) / Double(pairs.count)
        #expect(abs(try #require(report.pixelAccuracy) - accuracy) < 1e-12)
        for label in Int32(0)..<5 {
            let both = pairs.count { $0 == label && $1 == label }, either = pairs.count { $0 == label || $1 == label }
            let expected = pairs.contains { $1 == label } ? Double(both) / Double(either) : nil
            #expect(report.classes[Int(label)].iou == expected)
        }
        #expect(report.samplingSteps.isEmpty)
        #expect(report.steps == 4)
    }

    @Test func theBestWeightsAreKeptAndReportedBesideTheLast() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised, "training.steps=6", "training.evaluateEvery=1")
            let run = Run(configuration: configuration, folder: folder)
            let last = try run.train(showsProgress: false)
            let state = try TrainingState(CheckpointFolder<CheckpointState>.find(at: folder).checkpoint)
            let best = try #require(state.best)
            let found = try CheckpointFolder<CheckpointState>.find(at: "\(folder)/best")
            #expect(found.checkpoint.step == best.step && found.checkpoint.state.best == best)
            let marks = try String(contentsOfFile: "\(folder)/records.jsonl", encoding: .utf8).split(separator: "\n")
                .map { try json(Data($0.utf8)) }.compactMap { $0["mIoU"] as? Double }
            #expect(marks.count == 6 && marks.max() == best.mIoU)
            let report = try #require(try run.bestReport())
            #expect(report.steps == best.step)
            #expect((report == last) == (best.step == 6))
            #expect(try TrainedModel(checkpoint: "\(folder)/best").evaluate().confusion == report.confusion)
        }
    }

    @Test func bestWeightsThatAreLostDoNotFailTheRun() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised, "training.steps=3", "training.evaluateEvery=1")
            let report = try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            try FileManager.default.removeItem(atPath: "\(folder)/best")
            try FileManager.default.removeItem(atPath: "\(folder)/metrics-best.json")
            let resumed = try Run(resuming: folder)
            #expect(try resumed.train(showsProgress: false) == report)
            #expect(try resumed.bestReport() == nil)
        }
    }

    private func json(_ data: Data?) throws -> [String: Any] {
        let data = try #require(data)
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
