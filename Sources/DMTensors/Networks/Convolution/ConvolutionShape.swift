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
        checkShape(
            x.count == 4 && w.count == 4,
            "\(operation) takes an input [batch, height, width, channels] and weights [height, width, in, out], not \(x) and \(w)")
        checkShape(
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
}
