import CDMKernels
import DMTensors
import DMTestSupport
import Testing

/// The softmax of short and of long rows and its gradient, in every instruction set, against the definition.
@Suite struct SoftmaxTests {
    @Test(arguments: [1, 2, 3, 4, 5, 8, 15, 16, 17, 70]) func agreesWithTheDefinition(columns: Int) {
        let rows = 131
        let x = testNumbers([rows, columns], seed: 1) * 40, g = testNumbers([rows, columns], seed: 2)
        let powers = (x - x.maximum(along: 1, keepingAxes: true)).exp()
        let expected = powers / powers.sum(along: [1], keepingAxes: true)
        let gradient = expected * (g - (expected * g).sum(along: [1], keepingAxes: true))
        for set in runnableKernelSets {
            let y = mapped(x) { set.double.real.softmax($0, $1, rows, columns) }
            #expect(largestDifference(y, expected) <= 1e-14, "\(set.name), Double")
            let single = mapped(rounded(x)) { set.float.real.softmax($0, $1, rows, columns) }
            #expect(largestDifference(single, expected) <= 5e-6, "\(set.name), Float")
            let pulled = mapped(expected) { y, z in
                g.withUnsafeElements { set.double.real.softmax_pullback(y, $0.baseAddress, z, rows, columns) }
            }
            #expect(largestDifference(pulled, gradient) <= 1e-14, "\(set.name), Double")
            let singlePulled = mapped(rounded(expected)) { y, z in
                rounded(g).withUnsafeElements { set.float.real.softmax_pullback(y, $0.baseAddress, z, rows, columns) }
            }
            #expect(largestDifference(singlePulled, gradient) <= 5e-6, "\(set.name), Float")
        }
    }

    private func mapped<Scalar>(
        _ x: Tensor<Scalar>, by kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?) -> Void
    ) -> Tensor<Scalar> {
        Tensor(shape: x.shape) { z in x.withUnsafeElements { kernel($0.baseAddress, z.baseAddress) } }
    }
}
