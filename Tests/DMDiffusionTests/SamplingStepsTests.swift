import DMDiffusion
import Foundation
import Testing

@Suite struct TimeGridTests {
    @Test func threeAsymmetricSteps() {
        let intervals = TimeGrid(count: 3, timeDifference: 1).intervals
        #expect(
            intervals == [
                SamplingInterval(now: 0.999, next: 1.0 / 3), SamplingInterval(now: 2.0 / 3, next: 0),
                SamplingInterval(now: 1.0 / 3, next: 0),
            ])
    }

    @Test(arguments: 1...5) func plainStepsFormAChain(count: Int) {
        let intervals = TimeGrid(count: count, timeDifference: 0).intervals
        #expect(intervals.count == count)
        #expect(intervals.first?.now == 0.999)
        #expect(intervals.last?.next == 0)
        #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0.next == $1.now })
    }

    @Test(arguments: 1...5, 0...1) func followsTheFormula(count: Int, timeDifference: Int) {
        let intervals = TimeGrid(count: count, timeDifference: timeDifference).intervals
        for (step, interval) in intervals.enumerated() {
            #expect(abs(interval.now - min(1 - Double(step) / Double(count), 0.999)) < 1e-15)
            #expect(abs(interval.next - max(0, 1 - Double(step + 1 + timeDifference) / Double(count))) < 1e-15)
            #expect(interval.next < interval.now)
        }
    }

    @Test func stopsAtStepsThatAreNone() async {
        await #expect(processExitsWith: .failure) { _ = TimeGrid(count: 0) }
        await #expect(processExitsWith: .failure) { _ = TimeGrid(count: 3, timeDifference: -1) }
        await #expect(processExitsWith: .failure) { _ = SamplingInterval(now: 0.2, next: 0.3) }
    }
}
