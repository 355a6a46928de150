import Benchmark
import DMTensors

/// A million standard normal numbers from the counter-based generator.
func registerRandomNumbers() {
    Benchmark("philox normals 1M") { _, source in
        var source = source
        let numbers: Tensor<Float> = source.normal(shape: [1 << 20])
        blackHole(numbers)
    } setup: {
        RandomSource(seed: 1)
    }
}
