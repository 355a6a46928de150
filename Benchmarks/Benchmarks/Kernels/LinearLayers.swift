import Benchmark
import DMAutograd
import DMTensors

/// The layers of a denoiser of 64 features on 16 maps of 24 x 24: an affine map, and a feed-forward layer with four times
/// as many features in between.
func registerLinearLayers() {
    Benchmark("affine map 64>64 forward") { _, operands in
        blackHole(linear(operands.tokens, weight: operands.square, bias: operands.bias))
    } setup: {
        LayerOperands()
    }
    Benchmark.backward("affine map 64>64 backward") {
        let operands = LayerOperands()
        return linear(.tracked(operands.tokens), weight: .tracked(operands.square), bias: .tracked(operands.bias))
    }
    Benchmark("feed-forward 64>256>64 forward") { _, operands in
        blackHole(feedForward(operands.tokens, operands.weights, addingInput: true))
    } setup: {
        LayerOperands()
    }
    Benchmark.backward("feed-forward 64>256>64 backward") {
        let operands = LayerOperands(), weights = operands.weights
        return feedForward(
            .tracked(operands.tokens), first: (.tracked(weights.first), .tracked(weights.firstBias)),
            second: (.tracked(weights.second), .tracked(weights.secondBias)), addingInput: true)
    }
}

private struct LayerOperands {
    let tokens = normals([16, 24, 24, 64])
    let square = normals([64, 64], index: 1)
    let bias = normals([64], index: 2)
    let weights = FeedForwardWeights(
        first: normals([64, 256], index: 3), firstBias: normals([256], index: 4), second: normals([256, 64], index: 5),
        secondBias: normals([64], index: 6))
}
