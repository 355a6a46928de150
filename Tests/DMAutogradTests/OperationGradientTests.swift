import DMAutograd
import DMTensors
import Testing

@Suite("Every operation's gradient")
struct GradientTests {
    @Test("is checked at five shapes or more", arguments: Operation.allCases)
    func hasCases(operation: Operation) {
        let cases = GradientCase.cases(of: operation)
        #expect(cases.count >= 5, "\(operation) has \(cases.count) gradient cases")
        for example in cases {
            let result = example.function(example.operands.map { .tracked($0) })
            #expect(result.operations.contains(operation), "the case '\(example)' does not use the operation")
        }
    }

    @Test("agrees with central differences")
    func agrees() {
        var derivatives = 0
        for example in GradientCase.all {
            do throws(GradientMismatch) {
                derivatives += try GradientCheck().verify(at: example.operands, of: example.function)
            } catch {
                Issue.record("\(example): \(error)")
            }
        }
        let operations = Set(GradientCase.all.map(\.operation)).count
        print("gradient checks: \(operations) operations, \(GradientCase.all.count) cases, \(derivatives) derivatives")
        #expect(derivatives > 0)
    }
}

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
            { $0.sine() }, { $0.cosine() }, { $0.absoluteValue().power(1.5) }, { $0.clamped(to: -1...2) },
            { $0.tanh() }, { $0.sigmoid() }, { $0.logSigmoid() }, { $0.relu() }, { $0.gelu() },
            { $0.softmax() * $0 }, { $0.logSoftmax() * $0.sine() }, { $0.variance(along: [0]) }, { $0.maximum() },
            { $0 / ($0.squared() + 1) }, { 2 / $0 }, { 3 - $0 / 3 },
        ]
    }
}

/// What is chosen as the derivative where there is none.
@Suite("At a kink")
struct KinkTests {
    private func derivative(_ x: [Double], _ function: (Variable<Double>) -> Variable<Double>) -> [Double]? {
        let leaf = Variable<Double>.tracked(Tensor(x))
        return Gradients(of: function(leaf).sum())[leaf]?.scalars
    }

    @Test("the rectifier and the absolute value have the derivative 0")
    func zero() {
        #expect(derivative([-1, 0, 2]) { $0.relu() } == [0, 0, 1])
        #expect(derivative([-1, 0, 2]) { $0.absoluteValue() } == [-1, 0, 1])
    }

    @Test("the ends of a clamped range have the derivative 1")
    func clamped() {
        #expect(derivative([-1, 0, 0.5, 1, 2]) { $0.clamped(to: 0...1) } == [0, 1, 1, 1, 0])
    }

    @Test("equal operands of a maximum or minimum share the gradient")
    func equalOperands() {
        let other = Variable<Double>.tracked(Tensor([1, 1, 1]))
        #expect(derivative([0, 1, 2]) { maximum($0, other) } == [0, 0.5, 1])
        #expect(derivative([0, 1, 2]) { minimum(other, $0) } == [1, 0.5, 0])
    }

    @Test("equal elements of a maximum along an axis share the gradient")
    func equalElements() {
        #expect(derivative([3, 1, 3, 2]) { $0.maximum(along: 0) } == [0.5, 0, 0.5, 0])
        #expect(derivative([3, 1, 3, 1]) { $0.minimum() } == [0, 0.5, 0, 0.5])
    }

    @Test("a power of 0 or 1 is smooth at 0")
    func powers() {
        #expect(derivative([0, 2]) { $0.power(0) } == [0, 0])
        #expect(derivative([0, 2]) { $0.power(1) } == [1, 1])
    }
}
