import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Testing

@Suite struct DeterminismTests {
    /// In a process of its own: the number of threads is one for all.
    @Test func threadsChangeNoBit() async {
        await #expect(processExitsWith: .success) {
            for method in [TrainingMethod.supervised, .diffmatch] {
                let configuration = try tiny(method, "dataset.side=64", "augmentation.crop=64")
                let states = try [1, 2, 5].map { threads in
                    Parallelism.defaultThreadCount = threads
                    return try trained(configuration, steps: 3).state.checkpoint(configuration).arrays
                }
                #expect(states[0] == states[1])
                #expect(states[0] == states[2])
            }
        }
    }

    @Test func theSeedDecides() throws {
        let one = try trained(try tiny(.diffmatch), steps: 2)
        let same = try trained(try tiny(.diffmatch), steps: 2)
        let other = try trained(try tiny(.diffmatch, "seed=1"), steps: 2)
        #expect(one.state.student.state == same.state.student.state)
        #expect(one.state.ema.state == same.state.ema.state)
        #expect(one.reports.map(\.losses) == same.reports.map(\.losses))
        #expect(one.state.student.state != other.state.student.state)
    }

    @Test func aStepDependsOnTheStateAlone() throws {
        let configuration = try tiny(.diffmatch)
        let data = try ExperimentData(configuration)
        let trainer = configuration.makeTrainer()
        var straight = try trained(configuration, steps: 2).state
        var restored = try TrainingState(straight.checkpoint(configuration))
        _ = try trainer.step(&straight, data.batch(at: 2))
        _ = try trainer.step(&restored, data.batch(at: 2))
        #expect(straight.checkpoint(configuration).arrays == restored.checkpoint(configuration).arrays)
        #expect(straight.prior == restored.prior)
    }
}
