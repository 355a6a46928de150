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

    @Test func aRunNamesItsLastGoodCheckpoint() throws {
        try withTemporaryFolder { folder in
            let configuration = try tiny(.supervised)
            var state = try trained(configuration, steps: 2).state
            spoil(&state)
            let checkpoints = CheckpointFolder<CheckpointState>(path: folder)
            try checkpoints.save(state.checkpoint(configuration))
            let path = checkpoints.path(ofStep: 2)
            #expect(throws: TrainingError.notFinite(what: "labeled loss", step: 3, lastCheckpoint: path)) {
                try Run(resuming: folder).train(showsProgress: false)
            }
            let error = TrainingError.notFinite(what: "labeled loss", step: 3, lastCheckpoint: path)
            #expect(error.description == "step 3: the labeled loss is not a finite number; the last good checkpoint is \(path)")
        }
    }
}
