import DMAutograd
import DMTensors
import Testing

@Suite("The gradient check")
struct GradientCheckTests {
    /// Doubles `x`, with a gradient of the test's choosing.
    private func doubled(
        _ x: Variable<Double>, pullback: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
    ) -> Variable<Double> {
        .apply(.multiply, x) { x in (Tensor(x.scalars.map { 2 * $0 }, shape: x.shape), pullback) }
    }

    @Test("counts the derivatives that agree")
    func agrees() throws {
        let compared = try GradientCheck().verify(at: [Tensor([1, -2, 3])]) { x in
            doubled(x[0]) { Tensor($0.scalars.map { 2 * $0 }, shape: $0.shape) }
        }
        #expect(compared == 3)
    }

    @Test("names the operand and the element that differ")
    func element() {
        let error = #expect(throws: GradientMismatch.self) {
            try GradientCheck().verify(at: [Tensor([5]), Tensor([1, -2, 3])]) { x in
                doubled(x[1]) { Tensor($0.scalars.enumerated().map { $0 == 2 ? 2.1 * $1 : 2 * $1 }, shape: $0.shape) }
            }
        }
        guard case .element(operand: 1, element: 2, let expected, let found) = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(abs(found / expected - 1.05) < 1e-6)
    }

    @Test("refuses a gradient of another shape")
    func shape() {
        #expect(throws: GradientMismatch.shape(operand: 0, expected: [2], found: [2, 1])) {
            try GradientCheck().verify(at: [Tensor([1, 2])]) { x in
                doubled(x[0]) { Tensor($0.scalars.map { 2 * $0 }, shape: [2, 1]) }
            }
        }
    }

    @Test("refuses what is not a number")
    func notANumber() {
        #expect(throws: GradientMismatch.self) {
            try GradientCheck().verify(at: [Tensor([1, 2])]) { x in
                doubled(x[0]) { Tensor(repeating: .nan, shape: $0.shape) }
            }
        }
    }
}
