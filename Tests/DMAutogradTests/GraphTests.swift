import DMAutograd
import DMTensors
import Synchronization
import Testing

@Suite("The graph")
struct GraphTests {
    private let x = Variable<Double>.tracked(Tensor([1, -2, 3]))

    @Test("adds the gradients of all uses of a variable")
    func sharedSubexpressions() throws {
        let square = x * x
        let gradients = Gradients(of: (square + square * square + x).sum())
        #expect(gradients[x] == Tensor(x.value.scalars.map { 2 * $0 + 4 * $0 * $0 * $0 + 1 }))
    }

    @Test("runs each pullback once, however often its value is used")
    func pullbacksRunOnce() {
        let runs = Counter()
        var y: Variable<Double> = .apply(.negate, x) { x in
            (
                -x,
                {
                    runs.increase()
                    return -$0
                }
            )
        }
        for _ in 0..<30 { y = y + y }
        let gradients = Gradients(of: y.sum())
        #expect(runs.count == 1)
        #expect(gradients[x] == Tensor(repeating: -1_073_741_824, shape: [3]))
    }

    @Test("gives a leaf its own derivative")
    func leaf() {
        let leaf = Variable<Double>.tracked(Tensor(5))
        #expect(Gradients(of: leaf)[leaf] == Tensor(1))
    }

    @Test("gives constants and what was not used no gradient")
    func constants() {
        let (constant, unused) = (Variable<Double>(Tensor([1, 2, 3])), Variable<Double>.tracked(Tensor([1, 2, 3])))
        let gradients = Gradients(of: (x * constant).sum())
        #expect(gradients[x] == constant.value)
        #expect(gradients[constant] == nil)
        #expect(gradients[unused] == nil)
        #expect(Gradients(of: constant.sum())[x] == nil)
    }

    @Test("is not recorded for constants alone")
    func constantsAreUntracked() {
        let constant = Variable<Double>(Tensor([1, 2, 3], shape: [1, 3]))
        let result = concatenated([(constant * constant).exp(), constant], along: 0).sum()
        #expect(!result.isTracked)
        #expect(result.operations.isEmpty)
    }

    @Test("is cut by constant")
    func cut() {
        let square = x * x
        #expect(!square.constant.isTracked)
        #expect(Gradients(of: (square.constant * x).sum())[x] == square.value)
    }

    @Test("contracts a result with a direction")
    func direction() {
        let gradients = Gradients(of: x * x, contractedWith: Tensor([1, 10, 100]))
        #expect(gradients[x] == Tensor([2, -40, 600]))
    }

    @Test("crosses tasks, and gives each of them the same gradients")
    func crossesTasks() async {
        let leaf = x
        let result = await Task.detached { ((leaf * leaf).exp() + leaf.tanh() * leaf).sum() }.value
        let expected = Gradients(of: result)[leaf]
        let found = await withTaskGroup(of: Tensor<Double>?.self) { group in
            for _ in 0..<8 { group.addTask { Gradients(of: result)[leaf] } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(expected != nil)
        #expect(found.count == 8 && found.allSatisfy { $0 == expected })
    }

    @Test("gives the same bits for the same computation")
    func deterministic() {
        func gradient() -> Tensor<Float>? {
            let leaf = Variable<Float>.tracked(Tensor((0..<1000).map { Float($0) / 37 }, shape: [25, 40]))
            var branches = leaf.sine()
            for power in 1...10 { branches = branches + (leaf * (1 / Float(power))).tanh() * leaf.sum(along: [0]) }
            return Gradients(of: branches.sum())[leaf]
        }
        let first = gradient()
        #expect(first != nil)
        for _ in 0..<5 { #expect(gradient() == first) }
    }

    @Test("keeps no variable alive through a pullback", arguments: Operation.allCases)
    func pullbacksHoldTensorsOnly(operation: Operation) {
        for example in GradientCase.cases(of: operation) {
            let (pullbacks, records) = recorded(example)
            #expect(!pullbacks.isEmpty)
            withExtendedLifetime(pullbacks) {
                #expect(records.allSatisfy { $0.object == nil }, "a pullback of \(example) keeps a variable alive")
            }
        }
    }

    @Test("would notice a pullback that keeps a variable alive")
    func pullbackThatHoldsAVariable() {
        let example = GradientCase(operation: .multiply, operands: [Tensor([1, 2])]) { operands in
            let variable = operands[0]
            return .apply(.multiply, variable) { x in (x.squared(), { $0 * variable.value * 2 }) }
        }
        let (pullbacks, records) = recorded(example)
        #expect(pullbacks.count == 2)
        // An optimized build would free the pullbacks after their last use.
        withExtendedLifetime(pullbacks) { #expect(records.allSatisfy { $0.object != nil }) }
    }

    /// The pullbacks of a case without its graph, and the graph's leaves, looked at from outside.
    private func recorded(_ example: GradientCase) -> (pullbacks: [Any], records: [Weak]) {
        let leaves = example.operands.map { Variable.tracked($0) }
        return (example.function(leaves).pullbacks, leaves.map { Weak(object: $0.record) })
    }
}

/// A number that closures on any thread may increase.
private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func increase() { value.withLock { $0 += 1 } }
}

private struct Weak { weak var object: AnyObject? }

/// Each test runs in a process of its own: a stack that overflows would take the whole suite along.
@Suite("A chain of 200,000 nodes")
struct LongChainTests {
    @Test("is freed on the small stack of a task")
    func freed() async {
        await #expect(processExitsWith: .success) {
            let leaf = Variable<Float>.tracked(Tensor(1))
            weak var middle: AnyObject?
            do {
                var chain = leaf
                for step in 0..<200_000 {
                    chain = chain + 1
                    if step == 100_000 { middle = chain.record }
                }
                guard middle != nil, chain.value.scalar == 200_001 else { fatalError("the chain was not made") }
            }
            if middle != nil { fatalError("the chain is still there") }
        }
    }

    @Test("is freed where each link is used twice")
    func freedWithSharedLinks() async {
        await #expect(processExitsWith: .success) {
            var chain = Variable<Float>.tracked(Tensor(0.5))
            for _ in 0..<200_000 { chain = (chain + chain) * 0.5 }
            guard chain.value.scalar == 0.5 else { fatalError("the chain was not made") }
        }
    }

    @Test("is run backward")
    func backward() async {
        await #expect(processExitsWith: .success) {
            let leaf = Variable<Float>.tracked(Tensor([1, 2]))
            var chain = leaf
            for _ in 0..<200_000 { chain = -chain }
            let gradient = Gradients(of: chain.sum())[leaf]
            guard gradient == Tensor([1, 1]) else { fatalError("the gradient is wrong") }
        }
    }
}
