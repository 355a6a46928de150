import DMDatasets
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct ResumeTests {
    @Test(arguments: [
        (TrainingMethod.supervised, "optimizer.name=sgd"), (.fixmatch, "optimizer.name=adamw"), (.diffmatch, "optimizer.name=adamw"),
        (.diffmatch, "pseudoLabels.classBalance=dataset"), (.diffmatch, "debias.teacherTarget=labeled"),
        (.unimatch, "augmentation.featureDropoutViews=strong"),
    ])
    func anInterruptedRunEndsBitEqual(method: TrainingMethod, setting: String) throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(
                method, setting, "optimizer.learningRate=0.01", "training.steps=6", "training.evaluateEvery=3",
                "training.checkpointEvery=1", "training.keptCheckpoints=9", "pseudoLabels.rampUp=0.5")
            let (straight, resumed) = ("\(folder)/straight", "\(folder)/resumed")
            let report = try Run(configuration: configuration, folder: straight).train(showsProgress: false)
            try FileManager.default.createDirectory(atPath: resumed, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: straight) {
                // As if the run had been killed during its fifth step, or right after its record was written.
                let isLater = [4, 5, 6].contains { name.hasPrefix("checkpoint-0000000\($0)") } || name == "metrics.json"
                if !isLater { try FileManager.default.copyItem(atPath: "\(straight)/\(name)", toPath: "\(resumed)/\(name)") }
            }
            let run = try Run(resuming: resumed)
            #expect(run.warnings.isEmpty)
            let resumedReport = try run.train(showsProgress: false)

            #expect(timeless(report) == timeless(resumedReport))
            #expect(try timeless(EvaluationReport(path: "\(resumed)/metrics.json")) == timeless(report))
            #expect(try records(in: resumed) == records(in: straight))
            #expect(try records(in: straight).count == 8, "six steps and two evaluations")
            let (expected, found) = try (
                CheckpointFolder<CheckpointState>.find(at: straight).checkpoint,
                CheckpointFolder<CheckpointState>.find(at: resumed).checkpoint
            )
            #expect(found.step == 6)
            #expect(bits(found.arrays) == bits(expected.arrays))
            #expect(found.arrays.names == expected.arrays.names)
            #expect(found.state.prior == expected.state.prior)
            #expect(found.state.confidence == expected.state.confidence)
            let remembers = setting.hasPrefix("pseudoLabels.classBalance") || setting.hasPrefix("debias.teacherTarget")
            #expect((found.state.confidence != nil) == remembers)
            #expect(found.state.best == expected.state.best)
        }
    }

    @Test func otherKernelsThanTheCheckpointsAreTold() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised)
            let checkpoints = CheckpointFolder<CheckpointState>(path: folder)
            var checkpoint = try trained(configuration, steps: 1).state.checkpoint(configuration)
            #expect(checkpoint.state.compute == .current)
            try checkpoints.save(checkpoint)
            #expect(try Run(resuming: folder).warnings.isEmpty)

            checkpoint.state.compute?.kernelSet = "abacus"
            try checkpoints.save(checkpoint)
            let warnings = try Run(resuming: folder).warnings
            #expect(warnings.count == 1)
            #expect(
                warnings[0].hasPrefix("the checkpoint was computed with abacus kernels, ")
                    && warnings[0].contains("\(ComputeSettings.current)"))

            checkpoint.state.compute = nil
            try checkpoints.save(checkpoint)
            #expect(try Run(resuming: folder).warnings.isEmpty, "checkpoints of earlier versions do not say")
        }
    }

    @Test func aFinishedRunIsMeasuredAgain() throws {
        try withTemporaryFolder { folder in
            let report = try Run(configuration: try tiny(.supervised), folder: folder).train(showsProgress: false)
            try FileManager.default.removeItem(atPath: "\(folder)/metrics.json")
            #expect(try Run(resuming: folder).train(showsProgress: false) == report)
        }
    }

    @Test func anotherSettingIsRefused() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(
                .supervised, "training.steps=1", "training.evaluateEvery=0", "optimizer.learningRate=0.001")
            try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            #expect(try Run(resuming: folder, configuration: configuration).configuration == configuration)
            var other = configuration
            try other.set("optimizer.learningRate", to: "0.5")
            #expect(throws: ExperimentError.settingDiffers(key: "optimizer.learningRate", saved: "0.001", given: "0.5")) {
                try Run(resuming: folder, configuration: other)
            }
            #expect(throws: ExperimentError.settingDiffers(key: "seed", saved: "0", given: "8")) {
                try Run(resuming: folder, assignments: ["seed=8"])
            }
            let moved = try Run(resuming: folder, assignments: ["training.threads=2", "training.keptCheckpoints=7"])
            #expect(moved.configuration.training.keptCheckpoints == 7, "circumstances may change")
            #expect(moved.configuration.optimizer == configuration.optimizer)
            #expect(throws: ConfigurationError.self) { try Run(resuming: folder, assignments: ["training.thread=2"]) }
            #expect(throws: CheckpointError.missing(path: "\(folder)/nowhere")) { try Run(resuming: "\(folder)/nowhere") }
        }
    }

    @Test func aRunStoppedByASignalEndsBitEqual() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch, "training.steps=5", "training.checkpointEvery=100")
            let (straight, stopped) = ("\(folder)/straight", "\(folder)/stopped")
            let report = try Run(configuration: configuration, folder: straight).train(showsProgress: false)
            for step in 1...4 {
                let run = try step == 1 ? Run(configuration: configuration, folder: stopped) : Run(resuming: stopped)
                let checkpoint = CheckpointFolder<CheckpointState>(path: stopped).path(ofStep: step)
                #expect(throws: TrainingStopped(step: step, checkpoint: checkpoint)) {
                    try run.train(showsProgress: false, stopsWhen: { true })
                }
            }
            #expect(try timeless(Run(resuming: stopped).train(showsProgress: false)) == timeless(report))
            #expect(try records(in: stopped) == records(in: straight))
        }
    }

    @Test func aRunWithoutACheckpointBeginsWithItsSettings() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised, "seed=5", "training.steps=2")
            try FileFolder.create(at: folder)
            try AtomicFile.write(configuration.yaml, to: "\(folder)/config.yaml")
            try AtomicFile.write("{\"step\":1}\n", to: "\(folder)/records.jsonl")
            #expect(throws: ExperimentError.settingDiffers(key: "seed", saved: "5", given: "8")) {
                try Run(resuming: folder, assignments: ["seed=8"])
            }
            let run = try Run(resuming: folder)
            #expect(run.configuration == configuration)
            #expect(run.warnings == ["'\(folder)' holds no checkpoint yet: the run begins with its first step"])
            try run.train(showsProgress: false)
            #expect(try records(in: folder).count == 3, "two steps and an evaluation")
        }
    }

    @Test func otherImagesAreRefusedOrAcceptedByAWord() throws {
        try withTemporaryFolder { root in
            let run = try stoppedRun(onImagesAt: root)
            try FileManager.default.copyItem(atPath: "\(root)/images/00.png", toPath: "\(root)/images/more.png")
            let error = #expect(throws: RunError.self) { try Run(resuming: run).train(showsProgress: false) }
            let text = "\(try #require(error))"
            #expect(text.contains("unlabeled training images, and were ") && text.contains("--accept-other-images"), "\(text)")
            try Run(resuming: run, acceptsOtherImages: true).train(showsProgress: false)
        }
    }

    @Test func otherClassesAreRefused() throws {
        try withTemporaryFolder { root in
            let run = try stoppedRun(onImagesAt: root)
            let classes = "\(root)/classes.json"
            let text = String(decoding: try FileBytes.read(classes), as: UTF8.self)
            try AtomicFile.write(text.replacing("]}", with: ", {\"name\": \"new\"}]}"), to: classes)
            #expect {
                try Run(resuming: run, acceptsOtherImages: true).train(showsProgress: false)
            } throws: {
                if case ExperimentError.classesDiffer(_, let found) = $0 { found.last == "new" } else { false }
            }
        }
    }

    /// Checkpoints with digests that fit, and content that no training has written.
    @Test(arguments: Forgery.allCases) func whatNoTrainingWroteIsPassedOver(forgery: Forgery) throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.diffmatch)
            let checkpoints = CheckpointFolder<CheckpointState>(path: folder)
            var state = try trained(configuration, steps: 2).state
            try checkpoints.save(state.checkpoint(configuration))
            state.progress.step = 3
            var forged = state.checkpoint(configuration)
            forgery.apply(to: &forged)
            try checkpoints.save(forged)
            let warnings = try Run(resuming: folder).warnings
            #expect(warnings.count == 1 && warnings[0].contains("checkpoint-00000003.json' is no checkpoint"), "\(warnings)")
            if forgery.isSeenByPredicting { #expect(try TrainedModel(checkpoint: folder).warnings.count == 1) }
        }
    }

    enum Forgery: CaseIterable {
        case classCount, prior, priorSum, seconds, best, moments, noMoments, otherMoments, stepCount, notFinite, steps, classes

        /// Whether what is forged is needed for predicting too.
        var isSeenByPredicting: Bool { ![.moments, .noMoments, .otherMoments, .stepCount].contains(self) }

        func apply(to checkpoint: inout Checkpoint<CheckpointState>) {
            func change(_ body: (String, Tensor<Float>) -> (String, Tensor<Float>)?) {
                checkpoint.arrays = ParameterValues(
                    zip(checkpoint.arrays.names, checkpoint.arrays.values).compactMap(body).map { (name: $0, value: $1) })
            }
            switch self {
            case .classCount: checkpoint.state.classCount = 1 << 40
            case .prior: checkpoint.state.prior = ClassPrior(classCount: 9)
            case .priorSum:
                let json = #"{"average": [0, 0, 0, 0, 0], "updateCount": 3}"#
                checkpoint.state.prior = (try? JSONDecoder().decode(ClassPrior.self, from: Data(json.utf8))) ?? ClassPrior(classCount: 9)
            case .seconds: checkpoint.state.seconds = .nan
            case .best: checkpoint.state.best = .init(mIoU: 2, step: 1)
            case .moments: change { $0.hasPrefix("optimizer.m.") && $1.shape.count == 1 ? ($0, Tensor([0, 0, 0, 0, 0, 0, 0])) : ($0, $1) }
            case .noMoments: change { $0.hasPrefix("optimizer.") ? nil : ($0, $1) }
            case .otherMoments: change { $0.hasPrefix("optimizer.m.") ? nil : ($0, $1) }
            case .stepCount: change { $0 == "optimizer.step" ? ($0, Tensor([1e30])) : ($0, $1) }
            case .notFinite: change { $0.hasPrefix("average.") && $1.shape.count == 1 ? ($0, $1 + .infinity) : ($0, $1) }
            case .steps: checkpoint.state.configuration.training.steps = 2
            case .classes: checkpoint.state.configuration.dataset.classes = 6
            }
        }
    }

    /// The folder of a run on a user's images that was stopped after its first step.
    private func stoppedRun(onImagesAt root: String) throws -> String {
        try UserFolder.write(at: root)
        let run = "\(root)/run"
        let configuration = try UserFolder.settings(root, "training.steps=2", "training.evaluateEvery=0")
        #expect(throws: TrainingStopped.self) {
            try Run(configuration: configuration, folder: run).train(showsProgress: false, stopsWhen: { true })
        }
        return run
    }

    private func timeless(_ report: EvaluationReport) -> EvaluationReport {
        var report = report
        report.seconds = 0
        return report
    }

    /// The lines of `records.jsonl` without their seconds and bytes.
    private func records(in folder: String) throws -> [NSDictionary] {
        let text = try String(contentsOfFile: "\(folder)/records.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return object.filter { $0.key != "seconds" && $0.key != "peakMemory" } as NSDictionary
        }
    }

    private func bits(_ values: ParameterValues) -> [[UInt32]] { values.values.map { $0.scalars.map(\.bitPattern) } }
}
