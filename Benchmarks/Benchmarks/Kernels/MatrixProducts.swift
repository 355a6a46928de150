import Benchmark
import DMTensors

/// The product of two square matrices: 2.15 billion operations.
func registerMatrixProducts() {
    Benchmark("matrix product 1024") { _, factors in
        blackHole(matmul(factors.0, factors.1))
    } setup: {
        (normals([1024, 1024]), normals([1024, 1024], index: 1))
    }
}
