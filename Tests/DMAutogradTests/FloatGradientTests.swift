import DMAutograd
import DMTensors
import Testing

/// The rules are checked in `Double`; here the kernels of `Float` give the same derivatives.
@Suite("Gradients in single precision")
struct FloatGradientTests {
    @Test("agree with those in double precision", arguments: 0..<FloatGradientTests.functions(of: Float.self).count)
    func agrees(index: Int) throws {
        // An odd number of elements, so that the last ones fill no vector; exact in both precisions.
        let x = (0..<149).map { Double($0 - 74) / 16 + 1.0 / 32 }
        let single = try #require(derivatives(at: x.map(Float.init), of: FloatGradientTests.functions(of: Float.self)[index]))
        let double = try #require(derivatives(at: x, of: FloatGradientTests.functions(of: Double.self)[index]))
        for (single, double) in zip(single, double) {
            #expect(abs(Double(single) - double) <= 1e-6 + 2e-5 * abs(double))
        }
    }

    private func derivatives<Scalar: FloatingPointScalar>(
        at x: [Scalar], of function: (Variable<Scalar>) -> Variable<Scalar>
    ) -> [Scalar]? {
        let leaf = Variable<Scalar>.tracked(Tensor(x))
        return Gradients(of: function(leaf).sum())[leaf]?.scalars
    }

    private static func functions<Scalar: FloatingPointScalar>(
        of type: Scalar.Type
    ) -> [@Sendable (Variable<Scalar>) -> Variable<Scalar>] {
        [
            { $0.exp() }, { $0.absoluteValue().log() }, { $0.absoluteValue().squareRoot() }, { $0.squared() }, { $0.reciprocal() },
            { $0.sin() }, { $0.cos() }, { $0.absoluteValue().power(1.5) }, { $0.clamped(to: -1...2) },
            { $0.tanh() }, { $0.sigmoid() }, { $0.logSigmoid() }, { $0.relu() }, { $0.gelu() },
            { $0.softmax() * $0 }, { $0.logSoftmax() * $0.sin() }, { $0.variance(along: [0]) }, { $0.maximum() },
            { $0 / ($0.squared() + 1) }, { 2 / $0 }, { 3 - $0 / 3 },
        ]
    }
}
