import DMAutograd
import DMTensors

/// A convolution of a network.
struct ConvolutionLayer: Decodable {
    let batch, height, width, inputs, outputs, kernel, stride, dilation: Int

    private var geometry: Convolution2DGeometry { .same(kernel: kernel, stride: stride, dilation: dilation) }

    /// Names the layer as `peer.py` does.
    private var name: String {
        "\(kernel)x\(kernel) \(inputs)>\(outputs) @\(height)x\(width) b\(batch) stride \(stride) dilation \(dilation)"
    }

    /// Times forward, the gradient of the weights, and that of the input unless these are images.
    func measure(into measurement: inout Measurement, repetitions: Int) {
        var random = RandomSource(seed: 1)
        let x: Tensor<Float> = random.normal(shape: [batch, height, width, inputs])
        let w: Tensor<Float> = random.normal(shape: [kernel, kernel, inputs, outputs])
        let direction: Tensor<Float> = random.normal(shape: Array(convolution2D(x, w, geometry).shape))
        measurement.time(name + " forward", repetitions: repetitions) { consume(convolution2D(x, w, geometry)) }
        let towardWeights = convolution2D(Variable(x), .tracked(w), geometry)
        measurement.time(name + " weights", repetitions: repetitions) {
            consume(Gradients(of: towardWeights, contractedWith: direction))
        }
        guard inputs > 3 else { return }
        let towardInput = convolution2D(.tracked(x), Variable(w), geometry)
        measurement.time(name + " input", repetitions: repetitions) {
            consume(Gradients(of: towardInput, contractedWith: direction))
        }
    }
}
