import DMAutograd
import DMTensors
import Testing

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
