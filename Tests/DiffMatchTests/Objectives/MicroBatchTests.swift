import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Testing

@Suite struct MicroBatchTests {
    @Test(arguments: [
        (9, 2, [0..<2, 2..<4, 4..<6, 6..<9]), (8, 2, [0..<2, 2..<4, 4..<6, 6..<8]), (7, 3, [0..<3, 3..<7]), (5, 3, [0..<3, 3..<5]),
        (4, 3, [0..<4]), (3, 2, [0..<3]), (2, 2, [0..<2]), (1, 2, [0..<1]), (0, 2, [0..<0]), (6, 0, [0..<6]), (6, 100, [0..<6]),
    ])
    func noneHasASingleImage(count: Int, size: Int, expected: [Range<Int>]) {
        #expect(MicroBatches(of: count, size: size).ranges == expected)
    }

    /// What Algorithm 1 computes of one batch of four images from the same state.
    private func outcome(
        _ method: TrainingMethod, microBatch: Int, mode: ForwardContext.Mode, _ assignments: [String] = [], recomputes: Bool = false
    ) throws -> Trainer.Outcome {
        var configuration = try tiny(method, "training.batchSize=4", "dataset.trainingImages=32", "debias.mode=training")
        try configuration.set(assignments)
        var trainer = configuration.makeTrainer()
        let data = try ExperimentData(configuration)
        var state = configuration.initialState()
        _ = try trainer.step(&state, data.batch(at: 0))
        if recomputes {
            state.student.encoder.checkpointedStages = [0, 1, 2, 3]
            state.student.head.generator?.denoiser.checkpointedLayers = [1, 2]
        }
        (trainer.microBatch, trainer.labelingWarmUpSteps) = (microBatch, 0)
        return try trainer.gradients(of: state, data.batch(at: 1), random: RandomSource(seed: 5), mode: mode)
    }

    private func expectClose(_ found: Trainer.Outcome, _ expected: Trainer.Outcome, _ size: Int) {
        func terms(_ losses: StepLosses) -> [Float] { [losses.total, losses.labeled] + losses.strong + [losses.featureDropout ?? 0] }
        for (found, expected) in zip(terms(found.losses), terms(expected.losses)) {
            #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)), "\(size) images at a time")
        }
        #expect(found.losses.strong.count == expected.losses.strong.count)
        #expect(found.coverage == expected.coverage)
        #expect(found.pseudoTargets == expected.pseudoTargets)
        #expect(found.gradients.names == expected.gradients.names)
        let largest = expected.gradients.values.map { $0.absoluteValue().maximum() }.max() ?? 0
        #expect(largest > 1e-3)
        for (name, expected) in expected.gradients {
            let difference = (found.gradients[name].map { ($0 - expected).absoluteValue().maximum() }) ?? .infinity
            let scale = max(expected.absoluteValue().maximum(), 1e-2 * largest)
            #expect(difference <= 1e-4 * scale, "\(name), \(size) images at a time: \(difference) of \(scale)")
        }
    }

    /// With running statistics nothing but rounding is left of the micro-batches.
    @Test(arguments: TrainingMethod.allCases) func theGradientIsThatOfTheWholeBatch(method: TrainingMethod) throws {
        let whole = try outcome(method, microBatch: 0, mode: .inference)
        for size in [2, 3] { expectClose(try outcome(method, microBatch: size, mode: .inference), whole, size) }
    }

    @Test(arguments: [TrainingMethod.supervised, .diffmatch]) func hardPixelsAreSoughtInTheWholeBatch(method: TrainingMethod) throws {
        let mining = ["training.ohemMinimumKept=3000", "augmentation.featureDropout=0"]
        let whole = try outcome(method, microBatch: 0, mode: .inference, mining)
        #expect(try outcome(method, microBatch: 0, mode: .inference, Array(mining[1...])).losses.labeled != whole.losses.labeled)
        for size in [2, 3] { expectClose(try outcome(method, microBatch: size, mode: .inference, mining), whole, size) }
    }

    @Test func aMicroBatchOfAllChangesNoBit() throws {
        let whole = try outcome(.diffmatch, microBatch: 0, mode: .training)
        let same = try outcome(.diffmatch, microBatch: 8, mode: .training)
        #expect(whole.losses == same.losses)
        #expect(whole.gradients == same.gradients)
    }

    /// Batch statistics are those of the images that pass together, and all of them are taken up.
    @Test func statisticsAreThoseOfEachMicroBatch() throws {
        let whole = try outcome(.unimatch, microBatch: 0, mode: .training)
        let parts = try outcome(.unimatch, microBatch: 2, mode: .training)
        #expect(parts.statistics.count == 4 * whole.statistics.count)
        #expect(parts.losses != whole.losses)
        #expect(abs(parts.losses.labeled - whole.losses.labeled) < 0.3 * whole.losses.labeled)
    }

    @Test(arguments: [TrainingMethod.unimatch, .diffmatch]) func masksArePredictedAlike(method: TrainingMethod) throws {
        let configuration = try tiny(method, "diffusion.sampler=ancestral", "diffusion.ensembleSize=2")
        let data = try ExperimentData(configuration)
        let predictor = configuration.makeTrainer().predictor(of: try trained(configuration, steps: 2).state)
        let images = try data.images(of: .test, at: 0..<5).images
        let whole = try predictor.predict(images, random: RandomSource(seed: 2))
        let parts = try predictor.predict(images, random: RandomSource(seed: 2), microBatch: 2)
        #expect((whole.probabilities - parts.probabilities).absoluteValue().maximum() < 1e-5)
        #expect(whole.coarseSteps.count == parts.coarseSteps.count)
    }

    /// In a process of its own: memory is one for all.
    @Test func aStepTakesLessMemory() async {
        await #expect(processExitsWith: .success) {
            func peak(_ assignments: String...) throws -> Int {
                var configuration = try tiny(
                    .diffmatch, "training.batchSize=8", "dataset.trainingImages=64", "dataset.side=64", "augmentation.crop=64")
                try configuration.set(assignments)
                return try trained(configuration, steps: 1).reports[0].peakMemory
            }
            let (whole, parts) = try (peak(), peak("training.microBatch=2"))
            let recomputing = try peak("training.microBatch=2", "encoder.activationCheckpointing=[0, 1, 2, 3]")
            let more = try peak(
                "training.microBatch=2", "encoder.activationCheckpointing=[0, 1, 2, 3]", "denoiser.activationCheckpointing=[1, 2]")
            #expect(parts < whole / 2)
            #expect(recomputing < parts)
            #expect(more < recomputing)
        }
    }

    /// The fine features are used in two places, whose gradients are added in another order.
    @Test func recomputationChangesRoundingAlone() throws {
        let plain = try outcome(.diffmatch, microBatch: 2, mode: .training)
        let again = try outcome(.diffmatch, microBatch: 2, mode: .training, recomputes: true)
        expectClose(again, plain, 2)
        #expect(again.losses == plain.losses)
        #expect(again.statistics.count == plain.statistics.count)
    }

    @Test func oneImageIsRefused() throws {
        #expect(throws: ConfigurationError.self) { try tiny(.diffmatch, "training.microBatch=1") }
        #expect(throws: ConfigurationError.self) { try tiny(.diffmatch, "encoder.activationCheckpointing=[4]") }
        #expect(throws: ConfigurationError.self) { try tiny(.diffmatch, "denoiser.activationCheckpointing=[3]") }
    }
}
