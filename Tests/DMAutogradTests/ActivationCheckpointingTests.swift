import DMAutograd
import DMTensors
import Testing

@Suite("Activation checkpointing")
struct ActivationCheckpointingTests {
    private static func block(_ x: [Variable<Float>]) -> Variable<Float> { (x[0] * x[1]).tanh().exp() * x[1] + x[0] }

    private static func loss(
        _ x: Variable<Float>, _ weight: Variable<Float>, isCheckpointed: Bool
    ) -> Variable<Float> {
        var nothing: Void = ()
        var y = x
        for _ in 0..<6 { y = isCheckpointed ? checkpointed([y, weight], state: &nothing) { x, _ in block(x) } : block([y, weight]) }
        return y.sum()
    }

    @Test("gives the bits of the plain graph")
    func sameBits() {
        var random = RandomSource(seed: 8)
        let x = Variable<Float>.tracked(random.uniform(shape: [7, 33], in: -0.5..<0.5))
        for weight in [Variable<Float>.tracked(random.uniform(shape: [7, 33])), Variable(random.uniform(shape: [7, 33]))] {
            let (plain, again) = (Self.loss(x, weight, isCheckpointed: false), Self.loss(x, weight, isCheckpointed: true))
            #expect(plain.value == again.value)
            #expect(again.operations.isSubset(of: [.checkpoint, .sum]))
            let (expected, found) = (Gradients(of: plain), Gradients(of: again))
            #expect(found[x] == expected[x] && found[x] != nil)
            // The weight's gradient is summed block by block in place of use by use.
            if let expected = expected[weight], let found = found[weight] {
                let scale = expected.absoluteValue().maximum()
                #expect((found - expected).absoluteValue().maximum() <= 1e-6 * scale)
            } else {
                #expect(!weight.isTracked)
            }
        }
    }

    @Test("is not recorded for constants alone")
    func constants() {
        var random = RandomSource(seed: 1)
        let y = checkpointed([Variable<Float>(Tensor([1, 2]))], state: &random) { x, _ in x[0].exp() }
        #expect(!y.isTracked)
    }

    @Test("changes the state once, and draws the same numbers again")
    func state() {
        var random = RandomSource(seed: 2), expected = RandomSource(seed: 2)
        let noise: Tensor<Float> = expected.normal(shape: [5])
        let x = Variable<Float>.tracked(Tensor(repeating: 2, shape: [5]))
        let y = checkpointed([x], state: &random) { x, random in x[0] * Variable(random.normal(shape: [5])) }
        #expect(random == expected)
        #expect(Gradients(of: y.sum())[x] == noise)
        #expect(random == expected)
    }

    /// In a process of its own: memory is one for all.
    @Test("keeps the operands alone")
    func memory() async {
        await #expect(processExitsWith: .success) {
            func kept(isCheckpointed: Bool) -> Int {
                let x = Variable<Float>.tracked(Tensor(repeating: 0.1, shape: [1 << 16]))
                let before = TensorMemory.bytesInUse
                let loss = ActivationCheckpointingTests.loss(x, Variable(x.value), isCheckpointed: isCheckpointed)
                return withExtendedLifetime(loss) { TensorMemory.bytesInUse - before }
            }
            let (plain, again) = (kept(isCheckpointed: false), kept(isCheckpointed: true))
            #expect(again >= 5 << 18 && again <= 6 << 18 + 1024, "what goes from block to block, and a number: \(again)")
            #expect(plain > 2 * again, "\(plain)")
        }
    }
}

extension GradientCase {
    private static let shapes: [[[Int]]] = [
        [[2, 3], [3]], [[1], [1]], [[5, 1], [1, 3]], [[], []], [[0, 3], [3]], [[3, 1, 7], [7]],
    ]

    static let checkpointing: [GradientCase] = [
        each(.checkpoint, of: shapes, in: -1...1) { operands in
            var nothing: Void = ()
            return checkpointed(operands, state: &nothing) { x, _ in (x[0] * x[1]).exp() + x[0] * x[0] }
        },
        // What is drawn the second time is what was drawn the first.
        each(.checkpoint, of: shapes.map { [$0[0]] }, in: -1...1) { operands in
            var random = RandomSource(seed: 3)
            return checkpointed(operands, state: &random) { x, random in
                x[0].tanh() * Variable(random.normal(shape: x[0].shape)) * x[0]
            }
        },
        // One inside another, and an operand that takes no part.
        each(.checkpoint, of: [[[2, 3], [4]]], in: -1...1) { operands in
            var nothing: Void = ()
            return checkpointed(operands, state: &nothing) { x, nothing in
                checkpointed([x[0] * x[0]], state: &nothing) { y, _ in y[0].sine() * y[0] }
            }
        },
    ].flatMap { $0 }
}
