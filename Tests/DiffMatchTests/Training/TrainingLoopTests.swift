import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DiffMatch
import Testing

@Suite struct TrainingLoopTests {
    /// Writes down what it is told, and may stop the training.
    private final class Listener: TrainingObserver {
        var events: [String] = []
        var marks: [Double] = []
        var stopsAt: Int?

        func observe(_ event: TrainingEvent) throws {
            switch event {
            case .began(let state): events.append("began \(state.step)")
            case .stepped(let report, let state):
                #expect(report.step == state.step)
                events.append("stepped \(report.step)")
                if report.step == stopsAt { throw CancellationError() }
            case .evaluated(let mIoU, let state):
                marks.append(mIoU)
                events.append("evaluated \(state.step)")
            case .stopped(let state): events.append("stopped \(state.step)")
            case .finished(let state): events.append("finished \(state.step)")
            }
        }
    }

    private func training() throws -> (loop: TrainingLoop, start: TrainingState) {
        let configuration = try tiny(.supervised)
        let data = try ExperimentData(configuration)
        let validation = TrainingLoop.Validation(every: 2) { predictor in
            try Evaluation(of: predictor, on: data.dataset.samples(of: .validation)).prediction.mIoU ?? 0
        }
        let loop = TrainingLoop(trainer: configuration.makeTrainer(), batches: data, steps: 4, validation: validation)
        return (loop, configuration.initialState())
    }

    /// The state after the whole training.
    private func run(_ observers: inout [any TrainingObserver]) throws -> TrainingState {
        let (loop, start) = try training()
        return try loop.run(from: start, observers: &observers)
    }

    @Test func everyEventIsToldInOrder() throws {
        let listener = Listener()
        var observers: [any TrainingObserver] = [listener]
        let state = try run(&observers)
        #expect(
            listener.events
                == ["began 0", "stepped 1", "evaluated 2", "stepped 2", "stepped 3", "evaluated 4", "stepped 4", "finished 4"])
        #expect(listener.marks.count == 2)
        #expect(state.best?.mIoU == listener.marks.max())
        #expect(state.best?.step == (listener.marks[1] > listener.marks[0] ? 4 : 2))
        #expect(state.seconds > 0)
    }

    @Test func anObserversErrorEndsTheTraining() throws {
        let listener = Listener()
        listener.stopsAt = 3
        var observers: [any TrainingObserver] = [listener]
        #expect(throws: CancellationError.self) { try run(&observers) }
        #expect(listener.events.last == "stepped 3")
    }

    @Test func aTrainingStopsWhereItIsAskedTo() throws {
        let listener = Listener()
        var observers: [any TrainingObserver] = [listener]
        var (loop, start) = try training()
        loop.stops = { true }
        let state = try loop.run(from: start, observers: &observers)
        #expect(listener.events == ["began 0", "stepped 1", "stopped 1"])
        #expect(state.step == 1)
        // The last step is the end, whoever asks.
        start.progress.step = 3
        #expect(try loop.run(from: start, observers: &observers).step == 4)
        #expect(listener.events.last == "finished 4")
    }

    @Test func watchingChangesNothing() throws {
        var (none, listening): ([any TrainingObserver], [any TrainingObserver]) = ([], [Listener()])
        let (alone, watched) = try (run(&none), run(&listening))
        #expect(alone.arrays == watched.arrays)
    }
}
