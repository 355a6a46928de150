import DMAutograd
import DMTensors
import Testing

/// Each test runs in a process of its own: a stack that overflows would take the whole suite along.
@Suite("A chain of 200,000 nodes")
struct LongChainTests {
    @Test("is let go of on the small stack of a task")
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

    @Test("is let go of where each link is used twice")
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
