public import DMAutograd
public import DMLayers
public import DMTensors

/// The network that predicts a clean mask from a noisy one, given the image's features.
///
/// f(F, m_t, t): features and noisy mask are joined by a 1x1 convolution, pass L layers of
/// attention that know the time, and end in class logits. The paper fixes L = 4.
public struct MaskDenoiser: Module {
    /// The kind of attention between the mask's pixels.
    public enum AttentionKind: String, Sendable, CaseIterable, Codable {
        /// Deformable attention: each pixel attends to a few points that it chooses (Zhu et al., ICLR 2021).
        case deformable
        /// Softmax attention over all pixels.
        case softmax
    }

    /// The hyperparameters of a denoiser.
    public struct Shape: Sendable, Equatable {
        /// Channels of F.
        public var features: Int
        /// Channels D of the layers, a multiple of `heads` and of 4.
        public var channels: Int
        /// Channels of the encoded mask.
        public var maskChannels: Int
        /// The number of classes K.
        public var classes: Int
        /// The number of layers L.
        public var layers: Int
        /// The number of attention heads.
        public var heads: Int
        /// Sampling points of a head, where attention is deformable.
        public var points: Int
        /// The kind of attention.
        public var attention: AttentionKind

        /// The parts of a denoiser.
        public init(
            features: Int, channels: Int, maskChannels: Int, classes: Int, layers: Int = 4, heads: Int = 8, points: Int = 4,
            attention: AttentionKind = .deformable
        ) {
            self.features = features
            self.channels = channels
            self.maskChannels = maskChannels
            self.classes = classes
            self.layers = layers
            self.heads = heads
            self.points = points
            self.attention = attention
        }
    }

    /// Fuses features and mask, a 1x1 convolution.
    public var entrance: Linear
    /// Features of the time.
    public var time: TimeEmbedding
    /// The layers.
    public var layers: [DenoiserLayer]
    /// Maps tokens to logits.
    public var exit: Linear
    /// The layers with activation checkpointing, counted from 1: what they compute is not kept for backward but computed again.
    public var checkpointedLayers: Set<Int> = []

    /// A denoiser with random weights.
    public init(_ shape: Shape, random: inout RandomSource) {
        let timeFeatures = 4 * shape.channels
        entrance = Linear(inputs: shape.features + shape.maskChannels, outputs: shape.channels, random: &random)
        time = TimeEmbedding(features: timeFeatures, random: &random)
        layers = []
        for _ in 0..<shape.layers {
            let attention: any TokenAttention =
                switch shape.attention {
                case .deformable:
                    DeformableAttention(features: shape.channels, heads: shape.heads, points: shape.points, random: &random)
                case .softmax: SoftmaxAttention(features: shape.channels, heads: shape.heads, random: &random)
                }
            layers.append(
                DenoiserLayer(features: shape.channels, timeFeatures: timeFeatures, attention: attention, random: &random))
        }
        exit = Linear(inputs: shape.channels, outputs: shape.classes, random: &random)
    }

    /// The logits of the clean mask.
    ///
    /// - Parameters:
    ///   - features: F, `[n, h, w, D]`.
    ///   - mask: m_t, `[n, h, w, maskChannels]`.
    ///   - logSNR: The log-SNR of each mask's time, `[n]`.
    /// - Returns: Logits, `[n, h, w, K]`.
    public func callAsFunction(features: Variable<Float>, mask: Variable<Float>, logSNR: Tensor<Float>) -> Variable<Float> {
        require(
            features.shape.dropLast() == mask.shape.dropLast(),
            "the features \(features.shape) and the mask \(mask.shape) differ in batch, height or width")
        var tokens = entrance(concatenated([features, mask], along: 3))
        let positions = Variable(
            sinusoidalPositionalEncoding(height: tokens.shape[1], width: tokens.shape[2], features: tokens.shape[3]))
        let time = time(logSNR)
        var nothing: Void = ()
        for (index, layer) in layers.enumerated() {
            tokens =
                checkpointedLayers.contains(index + 1)
                ? layer.checkpointed([tokens, positions, time], &nothing) { layer, inputs, _ in
                    layer(inputs[0], positions: inputs[1], time: inputs[2])
                }
                : layer(tokens, positions: positions, time: time)
        }
        return exit(tokens)
    }

    /// Visits all parts.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&entrance, "down")
        visitor.visit(&time, "time_mlp")
        visitor.visit(&layers, "layers")
        visitor.visit(&exit, "conv_seg")
    }
}

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

    /// A layer whose residual branches and modulation are initialized to zero: at first it only normalizes its input.
    ///
    /// Post-norm layers learn slowly without this, at any learning rate that they tolerate.
    /// Source: Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 5.1.
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

/// Features of a diffusion time: the log-SNR through learned Fourier features and a two-layer network.
///
/// features(l) = W2 gelu(W1 [l, sin(2 pi l w), cos(2 pi l w)])
public struct TimeEmbedding: Module {
    /// The learned frequencies w, `[frequencies]`.
    public var frequencies: Parameter
    /// The two-layer network after the Fourier features.
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
