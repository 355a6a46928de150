import DMOptimizers
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct LearningRateScheduleTests {
    @Test func polynomialDecayIsItsFormula() {
        let decay = PolynomialDecay(initial: 0.02, steps: 50, power: 0.9)
        let found = Tensor((0...60).map { decay($0) })
        let expected = Tensor((0...60).map { $0 < 50 ? 0.02 * pow(1 - Double($0) / 50, 0.9) : 0 })
        #expect(largestDifference(found, expected) < 1e-8)
        #expect(decay(0) == 0.02)
        #expect(decay(50) == 0)
        #expect(PolynomialDecay(initial: 1, steps: 4, power: 1)(1) == 0.75)
        #expect(PolynomialDecay(initial: 1, steps: 4, power: 0)(3) == 1)
    }

    @Test func aConstantRateStays() {
        let schedule: any LearningRateSchedule = ConstantLearningRate(0.25)
        #expect((0..<9).map { schedule($0) } == [Float](repeating: 0.25, count: 9))
    }

    @Test func aWarmUpRisesToTheScheduleInAStraightLine() {
        let decay = PolynomialDecay(initial: 0.5, steps: 20, power: 0.9)
        let schedule: any LearningRateSchedule = decay.warmedUp(over: 4)
        #expect(decay.warmedUp(over: 4) == LinearWarmup(over: 4, of: decay))
        for step in 0..<25 { #expect(schedule(step) == decay(step) * [0.25, 0.5, 0.75, 1][min(step, 3)]) }
        for steps in 0...1 { #expect(decay.warmedUp(over: steps)(0) == 0.5) }
    }
}
