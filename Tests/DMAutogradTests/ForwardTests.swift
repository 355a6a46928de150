import DMAutograd
import DMTensors
import Testing

/// The value of a differentiable operation is that of the tensor function of the same name.
@Suite("The value of an operation on variables")
struct ForwardTests {
    private let x = Tensor<Float>([0.5, 3, 1, 0.25, 2, 4], shape: [2, 3])
    private let y = Tensor<Float>([2, 0.5, 1.5])
    private var u: Variable<Float> { .tracked(x) }
    private var v: Variable<Float> { .tracked(y) }

    @Test("is that of arithmetic on tensors")
    func arithmetic() {
        let number: Float = 3
        #expect((u + v).value == x + y)
        #expect((u - v).value == x - y)
        #expect((u * v).value == x * y)
        #expect((u / v).value == x / y)
        #expect((-u).value == -x)
        #expect((u + number).value == x + number)
        #expect((number + u).value == number + x)
        #expect((u - number).value == x - number)
        #expect((number - u).value == number - x)
        #expect((u * number).value == x * number)
        #expect((number * u).value == number * x)
        #expect((u / number).value == x / number)
        #expect((number / u).value == number / x)
        #expect(maximum(u, v).value == maximum(x, y))
        #expect(minimum(u, v).value == minimum(x, y))
        #expect(select(where: x .< y, u, v).value == select(where: x .< y, x, y))
    }

    @Test("is that of in-place arithmetic on tensors")
    func inPlace() {
        var (sum, difference, product, quotient) = (u, u, u, u)
        sum += v
        difference -= v
        product *= v
        quotient /= v
        #expect(sum.value == x + y)
        #expect(difference.value == x - y)
        #expect(product.value == x * y)
        #expect(quotient.value == x / y)
    }

    @Test("is that of functions of tensors")
    func functions() {
        #expect(u.exp().value == x.exp())
        #expect(u.log().value == x.log())
        #expect(u.squareRoot().value == x.squareRoot())
        #expect(u.squared().value == x.squared())
        #expect(u.reciprocal().value == x.reciprocal())
        #expect((-u).absoluteValue().value == x)
        #expect(u.sin().value == x.sin())
        #expect(u.cos().value == x.cos())
        #expect(u.power(1.7).value == x.power(1.7))
        #expect(u.clamped(to: 1...2).value == x.clamped(to: 1...2))
        #expect(u.tanh().value == x.tanh())
        #expect(u.sigmoid().value == x.sigmoid())
        #expect(u.logSigmoid().value == x.logSigmoid())
        #expect((u - 1).relu().value == (x - 1).relu())
        #expect(u.gelu().value == x.gelu())
        #expect(u.softmax().value == x.softmax())
        #expect(u.logSoftmax().value == x.logSoftmax())
    }

    @Test("is that of reductions of tensors")
    func reductions() {
        #expect(u.sum().value == Tensor(x.sum()) && u.sum(along: [0]).value == x.sum(along: [0]))
        #expect(u.mean().value == Tensor(x.mean()) && u.mean(along: [1]).value == x.mean(along: [1]))
        #expect(u.variance(along: [1], keepingAxes: true).value == x.variance(along: [1], keepingAxes: true))
        #expect(u.maximum().value == Tensor(x.maximum()) && u.maximum(along: 1).value == x.maximum(along: 1))
        #expect(u.minimum().value == Tensor(x.minimum()) && u.minimum(along: 0).value == x.minimum(along: 0))
    }

    @Test("is that of products of tensors")
    func products() {
        #expect(matmul(u, u, transposingSecond: true).value == matmul(x, x, transposingSecond: true))
        #expect(matmul(u, u, transposingFirst: true).value == matmul(x, x, transposingFirst: true))
        #expect(matmul(u, u.reshaped(to: [3, 2])).value == matmul(x, x.reshaped(to: [3, 2])))
    }

    @Test("is that of shaping tensors")
    func shaping() {
        #expect(u.reshaped(to: [-1, 2]).value == x.reshaped(to: [3, 2]))
        #expect(u.transposed(permutation: [1, 0]).value == x.transposed(permutation: [1, 0]))
        #expect(v.broadcast(to: [4, 3]).value == y.broadcast(to: [4, 3]))
        #expect(u.sliced(along: -1, from: 1, to: 3).value == x.sliced(along: 1, from: 1, to: 3))
        #expect(u[1].value == x[1])
        #expect(u.padded(before: [1, 0], after: [0, 2], with: 7).value == x.padded(before: [1, 0], after: [0, 2], with: 7))
        #expect(concatenated([u, u], along: 1).value == concatenated([x, x], along: 1))
        #expect(stacked([v, v]).value == stacked([y, y]))
        #expect(u.gathered(rows: Tensor([1, 0, 1])).value == x.gathered(rows: Tensor([1, 0, 1])))
    }
}
