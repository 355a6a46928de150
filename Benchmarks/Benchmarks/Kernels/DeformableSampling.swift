import Benchmark
import DMAutograd
import DMTensors

/// The core of deformable attention: 4 heads read 4 points each for every pixel of 8 maps of 32 x 32
/// with 128 channels.
func registerDeformableSampling() {
    Benchmark("deformable sampling forward") { _, operands in
        blackHole(deformableSampled(values: operands.values, positions: operands.positions, weights: operands.weights))
    } setup: {
        SamplingOperands()
    }
    Benchmark.backward("deformable sampling backward") {
        let operands = SamplingOperands()
        return deformableSampled(
            values: .tracked(operands.values), positions: .tracked(operands.positions), weights: .tracked(operands.weights))
    }
}

/// Positions lie anywhere on the map, some just outside it.
private struct SamplingOperands {
    let values = normals([8, 32, 32, 128])
    let positions = uniforms([8, 32 * 32, 4, 4, 2], in: -1..<32)
    let weights = normals([8, 32 * 32, 4, 4], index: 1).softmax()
}
