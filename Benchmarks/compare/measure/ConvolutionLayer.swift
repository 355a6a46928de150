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
    func measure(with stopwatch: Stopwatch, into measurement: inout Measurement) {
        var random = RandomSource(seed: 1)
        let x: Tensor<Float> = random.normal(shape: [batch, height, width, inputs])
        let w: Tensor<Float> = random.normal(shape: [kernel, kernel, inputs, outputs])
        measurement.seconds[name + " forward"] = stopwatch.seconds { consume(convolution2D(x, w, geometry)) }
        let direction: Tensor<Float> = random.normal(shape: Array(convolution2D(x, w, geometry).shape))
        func backward(_ y: Variable<Float>) -> [Double] {
            stopwatch.seconds { consume(Gradients(of: y, contractedWith: direction)) }
        }
        measurement.seconds[name + " weights"] = backward(convolution2D(Variable(x), .tracked(w), geometry))
        guard inputs > 3 else { return }
        measurement.seconds[name + " input"] = backward(convolution2D(.tracked(x), Variable(w), geometry))
    }
}
