/// The extents that take part in one convolution.
struct ConvolutionShape {
    let batch: Int
    let input: HeightAndWidth
    let kernel: HeightAndWidth
    let output: HeightAndWidth
    /// Channels of the whole input and output.
    let inputChannels: Int
    let outputChannels: Int
    let geometry: Convolution2DGeometry

    /// - Parameters:
    ///   - operation: What the message names if the shapes do not fit.
    ///   - x: `[batch, height, width, channels]`.
    ///   - w: `[kernel height, kernel width, channels / groups, output channels]`.
    init(_ operation: String, x: [Int], w: [Int], geometry: Convolution2DGeometry) {
        require(
            x.count == 4 && w.count == 4,
            "\(operation) takes an input [batch, height, width, channels] and weights [height, width, in, out], not \(x) and \(w)")
        require(
            x[3] == w[2] * geometry.groups && w[3] % geometry.groups == 0 && w[0] > 0 && w[1] > 0,
            "\(operation) of an input \(x) with weights \(w) in \(geometry.groups) groups: the channels do not match")
        batch = x[0]
        input = HeightAndWidth(height: x[1], width: x[2])
        kernel = HeightAndWidth(height: w[0], width: w[1])
        output = geometry.outputSize(input: input, kernel: kernel)
        inputChannels = x[3]
        outputChannels = w[3]
        self.geometry = geometry
    }

    var inputShape: [Int] { [batch, input.height, input.width, inputChannels] }
    var outputShape: [Int] { [batch, output.height, output.width, outputChannels] }
    var weightShape: [Int] { [kernel.height, kernel.width, groupInputChannels, outputChannels] }

    var groupInputChannels: Int { inputChannels / geometry.groups }
    var groupOutputChannels: Int { outputChannels / geometry.groups }

    /// Whether every channel has exactly one filter of its own.
    var isDepthwise: Bool { geometry.groups > 1 && geometry.groups == inputChannels && geometry.groups == outputChannels }

    /// The pairs of a result pixel and a tap, of one image, whose products the direct sum takes: all, or those inside the
    /// image where taps lie apart and have channels enough for a product of their own (`convolution.h`).
    var directPairs: Int {
        let all = output.height * output.width * kernel.height * kernel.width
        guard geometry.dilation.width > 1, groupInputChannels >= 64 else { return all }
        func inside(_ axis: KeyPath<HeightAndWidth, Int>, padding: Int) -> Int {
            (0..<kernel[keyPath: axis]).reduce(0) { sum, tap in
                sum
                    + (0..<output[keyPath: axis]).count {
                        (0..<input[keyPath: axis]).contains(
                            $0 * geometry.stride[keyPath: axis] + tap * geometry.dilation[keyPath: axis] - padding)
                    }
            }
        }
        return inside(\.height, padding: geometry.padding.top) * inside(\.width, padding: geometry.padding.left)
    }
}
