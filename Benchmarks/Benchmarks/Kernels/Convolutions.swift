import Benchmark
import DMAutograd
import DMTensors

/// Convolutions as small and as large networks have them, all three passes.
///
/// With `DIFFMATCH_EXACT=1` in the environment they are computed as they are defined.
func registerConvolutions() {
    register(ConvolutionCase(maps: [16, 32, 32, 64], kernel: 3, outputs: 64))
    register(ConvolutionCase(maps: [16, 24, 24, 64], kernel: 3, outputs: 64))
    register(ConvolutionCase(maps: [16, 12, 12, 96], kernel: 3, outputs: 96, dilation: 2))
    register(ConvolutionCase(maps: [4, 81, 81, 64], kernel: 3, outputs: 64))
    register(ConvolutionCase(maps: [4, 21, 21, 256], kernel: 3, outputs: 256))
    register(ConvolutionCase(maps: [16, 32, 32, 64], kernel: 1, outputs: 256))
}

/// A convolution that keeps the size of its maps.
private struct ConvolutionCase {
    let maps: [Int]
    let kernel: Int
    let outputs: Int
    var dilation = 1

    var name: String {
        "convolution \(kernel)x\(kernel) \(maps[3])>\(outputs) @\(maps[1]) b\(maps[0])" + (dilation > 1 ? " dilation \(dilation)" : "")
    }
    var geometry: Convolution2DGeometry { .same(kernel: kernel, dilation: dilation) }
    var input: Tensor<Float> { normals(maps) }
    var weights: Tensor<Float> { normals([kernel, kernel, maps[3], outputs], index: 1) }
}

private func register(_ convolution: ConvolutionCase) {
    Benchmark("\(convolution.name) forward") { _, operands in
        blackHole(convolution2D(operands.input, operands.weights, convolution.geometry))
    } setup: {
        (input: convolution.input, weights: convolution.weights)
    }
    Benchmark.backward("\(convolution.name) input gradient") {
        convolution2D(.tracked(convolution.input), Variable(convolution.weights), convolution.geometry)
    }
    Benchmark.backward("\(convolution.name) weight gradient") {
        convolution2D(Variable(convolution.input), .tracked(convolution.weights), convolution.geometry)
    }
}
