import Benchmark
import DMAutograd
import DMTensors

/// Convolutions of a batch of 16 feature maps of 32 x 32: 1.21 billion operations for the kernel of
/// 3 x 3, 0.54 for that of 1 x 1, in each of the three passes.
func registerConvolutions() {
    register(ConvolutionCase(kernel: 3, inputs: 64, outputs: 64))
    register(ConvolutionCase(kernel: 1, inputs: 64, outputs: 256))
}

/// A convolution that keeps the size of its maps.
private struct ConvolutionCase {
    let kernel: Int
    let inputs: Int
    let outputs: Int

    var name: String { "convolution \(kernel)x\(kernel)" }
    var geometry: Convolution2DGeometry { .same(kernel: kernel) }
    var maps: Tensor<Float> { normals([16, 32, 32, inputs]) }
    var weights: Tensor<Float> { normals([kernel, kernel, inputs, outputs], index: 1) }
}

private func register(_ convolution: ConvolutionCase) {
    Benchmark("\(convolution.name) forward") { _, operands in
        blackHole(convolution2D(operands.maps, operands.weights, convolution.geometry))
    } setup: {
        (maps: convolution.maps, weights: convolution.weights)
    }
    Benchmark.backward("\(convolution.name) input gradient") {
        convolution2D(.tracked(convolution.maps), Variable(convolution.weights), convolution.geometry)
    }
    Benchmark.backward("\(convolution.name) weight gradient") {
        convolution2D(Variable(convolution.maps), .tracked(convolution.weights), convolution.geometry)
    }
}
