import DMOptimizers
import DMTensors
import DMTestSupport
import Foundation
import Testing

@Suite struct ScheduleTests {
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

    @Test func clippingKeepsTheDirection() {
        let values = ParameterValues([("a", Tensor<Float>([3, 0])), ("b", Tensor<Float>([[4]].flatMap { $0 }, shape: [1, 1]))])
        #expect(values.norm == 5)
        #expect(values.clipped(toNorm: 5) == values)
        #expect(values.clipped(toNorm: 9) == values)
        let clipped = values.clipped(toNorm: 2.5)
        #expect(clipped.names == ["a", "b"])
        #expect(clipped["a"] == Tensor([1.5, 0]))
        #expect(clipped["b"] == Tensor([2], shape: [1, 1]))
        #expect(values.zeros.clipped(toNorm: 1) == values.zeros)
        #expect(values.zeros.names == values.names && values.zeros.norm == 0)
    }
}
