import DMAutograd
import DMTensors
import Testing

// This target is compiled without access to the package's internals (`packageAccess: false`), as a user's code is.

extension Variable {
    /// The sigmoid linear unit, x σ(x), with a backward that passes over memory once.
    fileprivate func silu() -> Variable {
        .custom("SiLU", self) { x in
            let gate = x.sigmoid()
            return (
                x * gate,
                { dy in
                    Tensor(shape: x.shape) { dx in
                        dy.withUnsafeElements { dy in
                            x.withUnsafeElements { x in
                                gate.withUnsafeElements { gate in
                                    for i in dx.indices { dx[i] = dy[i] * gate[i] * (1 + x[i] * (1 - gate[i])) }
                                }
                            }
                        }
                    }
                }
            )
        }
    }
}

/// √(x² + y²), element by element.
private func hypotenuse(_ x: Variable<Double>, _ y: Variable<Double>) -> Variable<Double> {
    .custom("hypotenuse", x, y) { x, y in
        let length = (x * x + y * y).squareRoot()
        return (length, { $0 * x / length }, { $0 * y / length })
    }
}

/// The sum of all operands, each times the number of its place, from 1.
private func weightedSum(_ operands: [Variable<Double>]) -> Variable<Double> {
    .custom("weighted sum", operands: operands) { tensors, isTracked in
        let terms = tensors.enumerated().map { $1 * Double($0 + 1) }
        return (
            terms.dropFirst().reduce(terms[0], +),
            { gradient in isTracked.enumerated().map { $1 ? gradient * Double($0 + 1) : nil } }
        )
    }
}

@Suite("An operation of a user's own")
struct CustomOperationTests {
    @Test("passes the gradient check", arguments: [[], [1], [7], [3, 5], [2, 1, 3], [0, 3]])
    func gradients(shape: [Int]) throws {
        var random = RandomSource(seed: 5)
        let point: [Tensor<Double>] = (0..<3).map { _ in random.uniform(shape: shape, in: 0.25..<2) }
        let count = point[0].count
        #expect(try GradientCheck().verify(at: [point[0] - 1]) { $0[0].silu() } == count)
        #expect(try GradientCheck().verify(at: [point[0] - 1]) { ($0[0].silu() * $0[0]).silu() } == count)
        #expect(try GradientCheck().verify(at: Array(point.prefix(2))) { hypotenuse($0[0], $0[1]) } == 4 * count)
        #expect(try GradientCheck().verify(at: point) { weightedSum($0).exp() } == 6 * count)
    }

    @Test("fails the gradient check with a wrong pullback")
    func wrongGradient() throws {
        let error = #expect(throws: GradientMismatch.self) {
            try GradientCheck().verify(at: [Tensor([1, 2])]) { x in .custom("cube", x[0]) { x in (x * x * x, { $0 * x * x }) } }
        }
        let mismatch = try #require(error)
        #expect("\(mismatch)".hasPrefix("operand 0, element 0: expected the derivative"))
    }

    @Test("is one of the library's: in single precision, among its operations, checkpointed")
    func composes() throws {
        var random = RandomSource(seed: 6)
        let x = Variable<Float>.tracked(random.normal(shape: [5, 9]))
        let (found, expected) = (x.silu(), x * x.sigmoid())
        #expect((found.value - expected.value).absoluteValue().maximum() == 0)
        let (dx, reference) = (try #require(Gradients(of: found.sum())[x]), try #require(Gradients(of: expected.sum())[x]))
        #expect((dx - reference).absoluteValue().maximum() < 1e-6)
        var nothing: Void = ()
        let again = checkpointed([x], state: &nothing) { operands, _ in operands[0].silu() }
        #expect(Gradients(of: again.sum())[x] == dx)
    }

    @Test("runs no pullback for a constant")
    func constants() {
        let (x, y) = (Variable<Double>.tracked(Tensor([3])), Variable<Double>(Tensor([4])))
        let length: Variable<Double> = .custom("hypotenuse", x, y) { x, y in
            ((x * x + y * y).squareRoot(), { $0 * 0.6 }, { _ in fatalError("the gradient of a constant was asked for") })
        }
        let gradients = Gradients(of: length)
        #expect(length.value == Tensor([5]))
        #expect(gradients[x] == Tensor([0.6]) && gradients[y] == nil)
        #expect(!hypotenuse(y, y).isTracked)
    }

    @Test("stops where a pullback returns what does not fit its operand", arguments: WrongPullback.byMessage.keys.sorted())
    func stops(message: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [message] in
            WrongPullback.byMessage[message]?()
        }
        let found = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(found.contains(message), "the message was: \(found)")
    }
}

/// Mistakes in a user's rule, each under what the message says.
private enum WrongPullback {
    static let byMessage: [String: @Sendable () -> Void] = [
        "the pullback of 'double' returns a gradient of shape [1, 2] for operand 0 of shape [2]": {
            run(.custom("double", x) { x in (x * 2, { ($0 * 2).reshaped(to: [1, 2]) }) })
        },
        "the pullback of 'shift' returns a gradient of shape [2] for operand 1 of shape []": {
            run(.custom("shift", x, .tracked(Tensor(1))) { x, y in (x + y, { $0 }, { $0 }) })
        },
        "the pullback of 'sum' returns 1 gradients for 2 operands": {
            run(.custom("sum", operands: [x, x]) { x, _ in (x[0] + x[1], { [$0] }) })
        },
        "the pullback of 'sum' returns no gradient for operand 1 of shape [2]": {
            run(.custom("sum", operands: [x, x]) { x, _ in (x[0] + x[1], { [$0, nil] }) })
        },
    ]

    private static let x = Variable<Double>.tracked(Tensor([1, 2]))
    private static func run(_ result: Variable<Double>) { _ = Gradients(of: result.sum()) }
}
