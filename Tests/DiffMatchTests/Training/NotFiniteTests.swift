import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Testing

@Suite struct NotFiniteTests {
    /// Spoils the last bias of the network.
    private func spoil(_ state: inout TrainingState) {
        state.student.updateParameters { value, name, _ in
            if name.hasSuffix("classifier.bias") || name.hasSuffix("conv_seg.bias") { value += .infinity }
        }
    }

    @Test(arguments: [TrainingMethod.supervised, .diffmatch]) func aLossThatIsNoNumberStopsTheStep(method: TrainingMethod) throws {
        let configuration = try tiny(method)
        var state = try trained(configuration, steps: 1).state
        spoil(&state)
        let before = state.checkpoint(configuration)
        #expect(throws: TrainingError.notFinite(what: "labeled loss", step: 2, lastCheckpoint: nil)) {
            try configuration.makeTrainer().step(&state, ExperimentData(configuration).batch(at: 1))
        }
        #expect(state.checkpoint(configuration).arrays == before.arrays, "a step that fails changes nothing")
        #expect(state.step == 1)
        #expect(state.prior == before.state.prior)
    }

    @Test func aStateThatIsNotFiniteIsNotGoneOnFrom() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised)
            var state = try trained(configuration, steps: 2).state
            let checkpoints = CheckpointFolder<CheckpointState>(path: folder)
            state.progress.step = 1
            try checkpoints.save(state.checkpoint(configuration))
            state.progress.step = 2
            spoil(&state)
            try checkpoints.save(state.checkpoint(configuration))
            let warnings = try Run(resuming: folder).warnings
            #expect(warnings.count == 1)
            #expect(warnings[0].hasPrefix("'\(checkpoints.path(ofStep: 2))' is no checkpoint to go on from: 'student."))
            #expect(try TrainedModel(checkpoint: folder).warnings.isEmpty, "the averaged weights are sound")
        }
    }

    /// The weights grow without bound long before a loss is seen to do so.
    @Test func aDivergedRunNamesASoundCheckpoint() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(
                .supervised, "optimizer.name=sgd", "optimizer.learningRate=10", "optimizer.weightDecay=1", "training.steps=200",
                "training.evaluateEvery=0", "training.checkpointEvery=1", "training.keptCheckpoints=1")
            let error = #expect(throws: TrainingError.self) {
                try Run(configuration: configuration, folder: folder).train(showsProgress: false)
            }
            guard case .notFinite(_, let step, let last?) = error else {
                Issue.record("expected a step and a checkpoint, found \(String(describing: error))")
                return
            }
            let found = try CheckpointFolder<CheckpointState>.find(at: last).checkpoint
            #expect(found.step < step)
            #expect(found.arrays.values.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
            #expect("\(try #require(error))".hasSuffix("is not a finite number; the last good checkpoint is \(last)"))
        }
    }
}
