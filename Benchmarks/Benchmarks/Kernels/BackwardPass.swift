import Benchmark
import DMAutograd
import DMTensors

/// The backward pass of an operation, without its forward pass.
///
/// A graph does not change, so backward may run from it again and again. Only the gradients of
/// tracked operands are computed.
struct BackwardPass {
    private let result: Variable<Float>
    private let direction: Tensor<Float>

    /// The pass from the result of an operation, which is handed a gradient of normal numbers.
    init(of result: Variable<Float>) {
        self.result = result
        direction = normals(result.shape, index: 99)
    }

    /// Runs backward once.
    func run() { blackHole(Gradients(of: result, contractedWith: direction)) }
}

extension Benchmark {
    /// Measures the backward pass of an operation.
    ///
    /// - Parameters:
    ///   - name: The name of the benchmark.
    ///   - operation: Runs forward once, on operands of which those are tracked whose gradients are wanted.
    static func backward(_ name: String, of operation: @escaping () -> Variable<Float>) {
        Benchmark(name) { _, pass in
            pass.run()
        } setup: {
            BackwardPass(of: operation())
        }
    }
}
