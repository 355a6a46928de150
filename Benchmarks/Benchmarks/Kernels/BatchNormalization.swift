import Benchmark
import DMAutograd
import DMTensors

/// Batch normalization with the rectifier fused into it, of 2 maps of 81 x 81 with 256 channels.
///
/// What counts is the traffic: 13.4 MB are read twice and written once.
func registerBatchNormalization() {
    let (shape, channels) = ([2, 81, 81, 256], [256])
    Benchmark("batch normalization and relu forward") { _, x in
        blackHole(
            x.batchNormalized(
                scale: Tensor(repeating: 1, shape: channels), shift: Tensor(repeating: 0, shape: channels),
                activation: .relu))
    } setup: {
        normals(shape)
    }
    Benchmark.backward("batch normalization and relu backward") {
        let scale = Tensor<Float>(repeating: 1, shape: channels), shift = Tensor<Float>(repeating: 0, shape: channels)
        return Variable.tracked(normals(shape))
            .batchNormalized(scale: .tracked(scale), shift: .tracked(shift), activation: .relu).output
    }
}
