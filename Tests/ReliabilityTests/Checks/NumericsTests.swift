import Foundation
import Testing

extension ReliabilityTests {
    /// Trainings whose numbers run away, and bits that depend on nothing that they should not.
    @Suite struct NumericsTests {
        private static let diverging: [(name: String, settings: [String: String])] = [
            ("SGD with weight decay 1", ["optimizer.name": "sgd", "optimizer.weightDecay": "1"]),
            ("AdamW", [:]),
            ("SGD for a reference batch of 1", ["optimizer.name": "sgd", "optimizer.referenceBatch": "1"]),
            (
                "SGD, encoder and denoiser times 1000",
                ["optimizer.name": "sgd", "optimizer.encoderFactor": "1000", "optimizer.denoiserFactor": "1000"]
            ),
            ("supervised SGD, encoder times 1000", ["method": "supervised", "optimizer.name": "sgd", "optimizer.encoderFactor": "1000"]),
            (
                "supervised SGD with momentum",
                [
                    "method": "supervised", "optimizer.name": "sgd", "optimizer.encoderFactor": "1000", "optimizer.weightDecay": "1",
                    "optimizer.momentum": "0.9999",
                ]
            ),
            ("UniMatch, encoder times 1000", ["method": "unimatch", "optimizer.name": "sgd", "optimizer.encoderFactor": "1000"]),
            ("masks times 10", ["diffusion.scale": "10"]),
        ]

        @Test("A training that diverges ends with a message that names the last sound checkpoint")
        func divergence() throws {
            try FileTree.withScratch { scratch in
                var (stopped, finished) = (0, 0)
                for (evaluateEvery, checkpointEvery) in Effort.cases(of: [("4", "5"), ("0", "1")], quick: 1) {
                    for (name, settings) in Effort.cases(of: Self.diverging, quick: 1) {
                        let changes = [
                            "optimizer.learningRate": "10", "training.evaluateEvery": evaluateEvery,
                            "training.checkpointEvery": checkpointEvery,
                            "training.keptCheckpoints": "100",
                        ]
                        let training = TinyTraining(in: "\(scratch)/run", steps: 60, changes.merging(settings) { $1 })
                        FileTree.remove(training.folder)
                        let ending = try training.begin().run()
                        let story = "\(name), evaluated every \(evaluateEvery) steps: \(ending)"
                        #expect(ending.status == 0 || ending.status == 1, "\(story)")
                        for path in FileTree.files(below: training.folder) where path.hasSuffix(".safetensors") {
                            let isFinite = try SafetensorsContent(FileTree.bytes(at: "\(training.folder)/\(path)")).areFinite
                            #expect(isFinite, "\(path) holds numbers that are not finite; \(story)")
                        }
                        guard ending.status == 1 else {
                            finished += 1
                            continue
                        }
                        stopped += 1
                        #expect(ending.errors.contains("not a finite number"), "\(story)")
                        guard let last = training.checkpoints.last else { continue }
                        #expect(ending.errors.contains(TinyTraining.manifest(last)), "the last sound checkpoint is named: \(story)")
                        let evaluated = try Launch.diffmatch("evaluate", "--checkpoint", training.folder).run()
                        #expect(evaluated.isOrderly, "\(story), evaluated: \(evaluated)")
                    }
                }
                Effort.report("diverging trainings: \(stopped) stopped with a message, \(finished) came to their end")
            }
        }

        @Test("Learning rates that are no learning rates are refused by name", .enabled(if: Effort.isFull))
        func learningRates() throws {
            for rate in ["1e10", "inf", "nan", "-1", "1e-9"] {
                let ending = try Launch(arguments: ["verify"] + TinyTraining(in: "").options + ["--set", "optimizer.learningRate=\(rate)"])
                    .run()
                #expect(ending.status == 1 && ending.errors.contains("optimizer.learningRate"), "\(rate): \(ending)")
            }
        }

        @Test("The bits of a training do not depend on the number of threads or cores", .enabled(if: Effort.isFull))
        func threads() throws {
            try FileTree.withScratch { scratch in
                for method in ["diffmatch", "supervised"] {
                    let reference = TinyTraining(in: "\(scratch)/\(method)", steps: 8, ["method": method])
                    _ = try reference.reference()
                    let expected = try RunContent(of: reference.folder, ignoresThreads: true)
                    let others = [1, 2, 3, 4].flatMap { [$0, $0, $0] } + [0, 64]
                    for (number, threads) in others.enumerated() {
                        let training = TinyTraining(
                            in: "\(scratch)/\(method)-\(number)", steps: 8, ["method": method, "training.threads": "\(threads)"])
                        // The last two on one core, which offers as many threads as are asked for.
                        let launch = number < 12 ? training.begin() : training.begin().inShell(#"exec taskset -c 0 "$@""#)
                        let ending = try launch.run()
                        #expect(ending.status == 0, "\(method), \(threads) threads: \(ending)")
                        let differences = try RunContent(of: training.folder, ignoresThreads: true).differences(from: expected)
                        #expect(differences == [], "\(method), \(threads) threads")
                    }
                    Effort.report("threads, \(method): \(others.count) trainings, one result")
                }
            }
        }
    }
}
