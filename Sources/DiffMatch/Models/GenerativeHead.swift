public import DMAutograd
public import DMDiffusion
public import DMLayers
public import DMTensors

/// A mask denoiser, and the embedding in which it sees the classes.
public struct GenerativeHead: Module {
    /// The denoiser.
    public var denoiser: MaskDenoiser
    /// The embedding of the classes.
    public var codes: ClassEmbedding
    /// An auxiliary head: it reads the classes straight off F and has a loss of its own; masks are sampled without it.
    ///
    /// It trains encoder and decoder before the denoiser has learned to use their features.
    public var auxiliary: Linear?

    /// A head of these parts.
    public init(denoiser: MaskDenoiser, codes: ClassEmbedding, auxiliary: Linear? = nil) {
        self.denoiser = denoiser
        self.codes = codes
        self.auxiliary = auxiliary
    }

    /// The hyperparameters of a head; the defaults are the paper's L = 4 and b = 0.1, and our choices for the rest.
    public struct Shape: Sendable, Equatable {
        /// The number of attention layers L.
        public var layers: Int
        /// Channels of a token, a multiple of `heads` and of 4.
        public var channels: Int
        /// The number of attention heads.
        public var heads: Int
        /// Sampling points of a head, where attention is deformable.
        public var points: Int
        /// The kind of attention.
        public var attention: MaskDenoiser.AttentionKind
        /// How a class becomes a vector.
        public var encoding: LabelEncodingKind
        /// The bound b of an encoded mask's entries, which lie in [-b, b].
        public var scale: Float
        /// Whether there is an auxiliary head.
        public var hasAuxiliaryHead: Bool

        /// The parts of a head.
        public init(
            layers: Int = 4, channels: Int = 256, heads: Int = 8, points: Int = 4, attention: MaskDenoiser.AttentionKind = .deformable,
            encoding: LabelEncodingKind = .embedding, scale: Float = 0.1, hasAuxiliaryHead: Bool = true
        ) {
            (self.layers, self.channels, self.heads, self.points) = (layers, channels, heads, points)
            (self.attention, self.encoding, self.scale) = (attention, encoding, scale)
            self.hasAuxiliaryHead = hasAuxiliaryHead
        }
    }

    /// A head with random weights.
    ///
    /// - Parameters:
    ///   - shape: What it is made of.
    ///   - features: Channels D of F.
    ///   - classCount: The number of classes K.
    ///   - random: Where the weights are drawn from.
    public init(_ shape: Shape, features: Int, classCount: Int, random: inout RandomSource) {
        let codes: ClassEmbedding =
            switch shape.encoding {
            case .embedding:
                .learned(Embedding(count: classCount + 1, features: features, random: &random), scale: shape.scale)
            case .oneHot: .fixed(.oneHot(classCount: classCount, scale: shape.scale))
            case .analogBits: .fixed(.analogBits(classCount: classCount, scale: shape.scale))
            }
        let denoiser = MaskDenoiser(
            MaskDenoiser.Shape(
                features: features, channels: shape.channels, maskChannels: codes.encoding.channelCount, classes: classCount,
                layers: shape.layers, heads: shape.heads, points: shape.points, attention: shape.attention),
            random: &random)
        let auxiliary = shape.hasAuxiliaryHead ? Linear(inputs: features, outputs: classCount, random: &random) : nil
        self.init(denoiser: denoiser, codes: codes, auxiliary: auxiliary)
    }

    /// The logits of noisy masks: f(F, alpha m_0 + sigma eps, t), as lines 1, 3 and 4 of Algorithm 1 have it.
    ///
    /// - Parameters:
    ///   - features: F, `[n, h, w, D]`.
    ///   - truth: Classes at full size, 255 where there is none, `[n, H, W]`.
    ///   - times: t of each image, in 0...1.
    ///   - noise: Draws eps of a shape, standard normal; handed the shape `[n, h, w, channels]` of the encoded masks.
    ///   - schedule: The noise schedule.
    /// - Returns: `[n, h, w, K]`.
    public func logits(
        features: Variable<Float>, truth: Tensor<Int32>, times: [Double], schedule: NoiseSchedule, noise: ([Int]) -> Tensor<Float>
    ) -> Variable<Float> {
        let codes = codes.variable
        let grid = LabelGrid(height: features.shape[1], width: features.shape[2], classCount: codes.shape[0] - 1)
        let clean = codes.gathered(rows: grid.labels(of: truth))
        let noisy = clean * Variable(schedule.alphas(at: times)) + Variable(noise(clean.shape) * schedule.sigmas(at: times))
        let logSNR = Tensor(times.map { Float(schedule.logSNR(at: $0)) })
        return denoiser(features: features, mask: noisy, logSNR: logSNR)
    }

    /// Visits `denoiser`, `codes` and `auxiliary`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&denoiser, "denoiser")
        visitor.visit(&codes, "codes")
        visitor.visit(&auxiliary, "auxiliary")
    }
}

/// The vectors that stand for the classes in a diffused mask: learned, or fixed.
///
/// A learned table e gives the codes b (2 sigmoid(e) - 1), every entry in (-b, b); one row more than
/// there are classes stands for 'no label'.
///
/// Source: Ji et al., *DDP: Diffusion Model for Dense Visual Prediction*, ICCV 2023; fixed codes:
/// Chen et al., *Analog Bits*, ICLR 2023.
public enum ClassEmbedding: Module {
    /// The table e, `[classes + 1, channels]`, and the bound b.
    case learned(Embedding, scale: Float)
    /// Codes that do not change.
    case fixed(LabelEncoding)

    /// The codes, `[classes + 1, channels]`, tracked where they are learned.
    public var variable: Variable<Float> {
        switch self {
        case .learned(let table, let scale): (table.weight.variable.sigmoid() * 2 - 1) * scale
        case .fixed(let encoding): Variable(encoding.codes)
        }
    }

    /// The codes as they stand now.
    public var encoding: LabelEncoding { LabelEncoding(codes: variable.value) }

    /// Visits the learned table.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        switch consume self {
        case .learned(var table, let scale):
            visitor.visit(&table, "table")
            self = .learned(table, scale: scale)
        case let fixed: self = fixed
        }
    }
}
