import DMExperimentFixtures
import DMExperiments
import DMTensors
import DiffMatch
import Foundation
import Testing

@Suite struct ResumeTests {
    @Test(arguments: [(TrainingMethod.supervised, "sgd"), (.fixmatch, "adamw"), (.diffmatch, "adamw")])
    func anInterruptedRunEndsBitEqual(method: TrainingMethod, optimizer: String) throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(
                method, "optimizer.name=\(optimizer)", "optimizer.learningRate=0.01", "training.steps=6", "training.evaluateEvery=3",
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

    @Test func aRunBegunAnewForgetsTheOldOne() throws {
        try withTemporaryFolder { folder in
            try Run(configuration: try tiny(.supervised), folder: folder).train(showsProgress: false)
            let shorter = try tiny(.supervised, "training.steps=1", "training.evaluateEvery=0")
            try Run(configuration: shorter, folder: folder).train(showsProgress: false)
            #expect(try CheckpointFolder<CheckpointState>(path: folder).steps() == [1])
            #expect(try records(in: folder).count == 1)
        }
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
