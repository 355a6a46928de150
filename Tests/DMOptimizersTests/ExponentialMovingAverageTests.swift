import DMLayers
import DMOptimizers
import DMTensors
import DMTestSupport
import Testing

@Suite struct ExponentialMovingAverageTests {
    @Test func movesEverythingByItsShare() {
        var average = Pair()
        var expected = average.state.values.map { $0.scalars.map(Double.init) }
        var target = Pair()
        for step in 1...20 {
            target.updateState { value, _, index in value += Float(step * (index + 1)) / 64 }
            average.updateEMA(toward: target, decay: 0.75)
            for (index, value) in target.state.values.enumerated() {
                for (i, x) in value.scalars.enumerated() { expected[index][i] = 0.75 * expected[index][i] + 0.25 * Double(x) }
            }
        }
        for (index, value) in average.state.values.enumerated() {
            #expect(largestDifference(value.reshaped(to: [-1]), Tensor(expected[index])) < 1e-5, "\(average.state.names[index])")
        }
    }

    @Test func extremesKeepAndTakeAll() {
        var target = Pair()
        target.updateState { value, _, _ in value += 0.3 }
        var average = Pair()
        average.updateEMA(toward: target, decay: 1)
        #expect(average.state == Pair().state)
        average.updateEMA(toward: target, decay: 0)
        #expect(average.state == target.state)
    }

    @Test func anotherModuleStopsTheProgram() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var pair = Pair()
            pair.updateEMA(toward: BatchNormalization(channels: 2), decay: 0.5)
        }
        #expect(
            message(result.standardErrorContent).contains("the module to follow is of another module: expected first [5], found weight [2]")
        )
    }
}
