public import DMAutograd
public import DMLayers
public import DMTensors

/// One layer of the mask denoiser: attention, time modulation, feed-forward.
///
/// x <- norm(x + attention(x));  x <- norm(u + feedForward(u)) with u = x (1 + scale(t)) + shift(t)
public struct DenoiserLayer: Module {
    /// Self-attention over the mask's pixels.
    public var attention: any TokenAttention
    /// Maps the time's features to scale and shift.
    public var modulation: Linear
    /// The network of each pixel.
    public var feedForward: FeedForward
    /// The normalizations behind attention and feed-forward.
    public var attentionNorm, feedForwardNorm: LayerNormalization

    /// A layer that starts as the normalization of its input: what attention and feed-forward add is zero, and so is
    /// the modulation.
    ///
    /// Layers that normalize behind their branches learn slowly otherwise, at any rate that they bear.
    /// Zero at the start: as in Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 5.1.
    ///
    /// - Parameters:
    ///   - features: Features of a pixel.
    ///   - timeFeatures: Features of the time.
    ///   - attention: The attention, over `features` features.
    ///   - random: Where the weights are drawn from.
    public init(features: Int, timeFeatures: Int, attention: any TokenAttention, random: inout RandomSource) {
        self.attention = attention
        modulation = Linear(inputs: timeFeatures, outputs: 2 * features, random: &random)
        feedForward = FeedForward(inputs: features, hidden: 4 * features, outputs: features, random: &random)
        attentionNorm = LayerNormalization(features: features)
        feedForwardNorm = LayerNormalization(features: features)
        modulation.zeroInitializeWeight()
        self.attention.zeroInitializeOutput()
        feedForward.second.zeroInitializeWeight()
    }

    /// tokens `[n, h, w, features]`, positions `[1, h, w, features]`, time `[n, timeFeatures]` -> `[n, h, w, features]`.
    public func callAsFunction(
        _ tokens: Variable<Float>, positions: Variable<Float>, time: Variable<Float>
    ) -> Variable<Float> {
        let features = tokens.shape[3]
        let attended = attentionNorm(tokens + attention(tokens, positions: positions))
        let modulation = modulation(time.gelu())
        let modulated = attended.modulated(
            scale: modulation.sliced(along: 1, from: 0, to: features),
            shift: modulation.sliced(along: 1, from: features, to: 2 * features))
        return feedForwardNorm(feedForward(modulated, addingInput: true))
    }

    /// Visits all parts.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&attention, "attn")
        visitor.visit(&modulation, "time")
        visitor.visit(&feedForward, "ffn")
        visitor.visit(&attentionNorm, "norm1")
        visitor.visit(&feedForwardNorm, "norm2")
    }
}
