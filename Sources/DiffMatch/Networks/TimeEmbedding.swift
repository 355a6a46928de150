public import DMAutograd
public import DMLayers
public import DMTensors

/// Features of a diffusion time: the log-SNR through learned Fourier features and a two-layer network.
///
/// features(l) = W2 gelu(W1 [l, sin(2 pi l w), cos(2 pi l w)])
public struct TimeEmbedding: Module {
    /// The learned frequencies w, `[frequencies]`.
    public var frequencies: Parameter
    /// The network behind the Fourier features.
    public var network: FeedForward

    /// An embedding.
    ///
    /// - Parameters:
    ///   - frequencies: The number of frequencies; each gives a sine and a cosine.
    ///   - features: The extent of the result.
    ///   - random: Where the weights are drawn from.
    public init(frequencies: Int = 8, features: Int, random: inout RandomSource) {
        self.frequencies = Parameter(random.normal(shape: [frequencies]))
        network = FeedForward(inputs: 2 * frequencies + 1, hidden: features, outputs: features, random: &random)
    }

    /// Log-SNRs `[n]` -> `[n, features]`.
    public func callAsFunction(_ logSNR: Tensor<Float>) -> Variable<Float> {
        let l = Variable(logSNR.reshaped(to: [-1, 1]))
        let phases = l * frequencies.variable.reshaped(to: [1, -1]) * (2 * Float.pi)
        return network(concatenated([l, phases.sin(), phases.cos()], along: 1))
    }

    /// Visits `weights` and `mlp`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&frequencies, "weights")
        visitor.visit(&network, "mlp")
    }
}
