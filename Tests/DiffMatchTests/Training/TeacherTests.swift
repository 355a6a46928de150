import DMDatasets
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DMTestSupport
import DiffMatch
import Testing

@Suite struct TeacherTests {
    @Test(arguments: [TrainingMethod.supervised, .diffmatch]) func theAverageFollowsWithItsDecay(method: TrainingMethod) throws {
        var expected: [Tensor<Double>] = []
        var step = 0
        _ = try trained(try tiny(method, "training.emaDecay=0.15"), steps: 4) { state in
            let student = state.student.state.values.map { Tensor<Double>(converting: $0) }
            let decay = min(Double(step) / Double(step + 9), 0.15)
            if expected.isEmpty { expected = student }
            expected = zip(expected, student).map { $0 * decay + $1 * (1 - decay) }
            step += 1
            for (index, value) in state.ema.state.values.enumerated() {
                let scale = max(1, expected[index].absoluteValue().maximum())
                #expect(
                    largestDifference(value, expected[index]) < 1e-5 * scale, "\(state.ema.state.names[index]) at step \(step)")
            }
            #expect((state.ema.state == state.student.state) == (step == 1), "the first step is taken over as it is")
        }
    }

    /// Where the average is disturbed, the pseudo-labels of DiffMatch change and those of UniMatch do not.
    @Test(arguments: [TrainingMethod.unimatch, .diffmatch]) func theTeacherIsTheAverageForDiffMatchAlone(method: TrainingMethod) throws {
        let configuration = try tiny(method, "pseudoLabels.threshold=0")
        let batch = try ExperimentData(configuration).batch(at: 0)
        let trainer = configuration.makeTrainer()
        func losses(disturbing path: WritableKeyPath<TrainingState, SegmentationModel>?) throws -> StepLosses {
            var state = configuration.initialState()
            if let path {
                var random = RandomSource(seed: 6)
                state[keyPath: path].updateParameters { value, name, _ in
                    if name.hasSuffix("conv_seg.bias") || name.hasSuffix("classifier.bias") { value = random.normal(shape: [5]) }
                }
            }
            return try trainer.step(&state, batch).losses
        }
        let plain = try losses(disturbing: nil)
        let disturbed = try losses(disturbing: \.ema)
        #expect(disturbed.labeled == plain.labeled, "the average takes no part in what the student sees of labels")
        #expect((disturbed.strong == plain.strong) == (method == .unimatch))
        #expect(try losses(disturbing: \.student).strong != plain.strong)
    }

    @Test func thePriorFollowsTheTargets() throws {
        let configuration = try tiny(.diffmatch)
        let data = try ExperimentData(configuration)
        let trainer = configuration.makeTrainer()
        var state = configuration.initialState()
        var expected = state.prior
        for step in 0..<3 {
            let batch = try data.batch(at: step)
            let random = RandomSource(seed: configuration.seed).split(2).split(UInt64(step))
            let outcome = try trainer.gradients(of: state, batch, random: random)
            _ = try trainer.step(&state, batch)
            expected.update(labeled: Tensor(converting: batch.labeled.masks), pseudoLabeled: outcome.pseudoTargets)
            #expect(state.prior == expected)
        }
        #expect(state.prior.updateCount == 3)
        let restored = try TrainingState(state.checkpoint(configuration))
        #expect(restored.prior == expected)
        #expect(restored.step == 3)
    }
}
