/// A way of training, all with the same encoder, data and steps.
public enum Method: String, Sendable, CaseIterable, Codable {
    /// Labeled images alone, a classifier as head, twice the batch.
    case supervised
    /// Pseudo-labels of the current network for one strong view (Sohn et al., NeurIPS 2020).
    case fixmatch
    /// Two strong views and feature dropout (Yang et al., CVPR 2023).
    case unimatch
    /// Labeled images alone, the generative head.
    case supervisedDiffusion = "supervised-diffusion"
    /// The generative head, a teacher that samples in three steps, debiased (Sun et al., ICLR 2025).
    case diffmatch

    /// Whether unlabeled images are used.
    public var usesUnlabeled: Bool {
        switch self {
        case .supervised, .supervisedDiffusion: false
        case .fixmatch, .unimatch, .diffmatch: true
        }
    }

    /// Whether the head is a diffusion over the mask.
    public var isGenerative: Bool {
        switch self {
        case .supervised, .fixmatch, .unimatch: false
        case .supervisedDiffusion, .diffmatch: true
        }
    }

    /// What each part of the loss counts; the sum is halved where unlabeled images take part.
    var weights: LossWeights {
        switch self {
        case .supervised, .supervisedDiffusion: LossWeights(labeled: 1)
        case .fixmatch: LossWeights(labeled: 0.5, strong: [0.5])
        case .unimatch, .diffmatch: LossWeights(labeled: 0.5, strong: [0.125, 0.125], featureDropout: 0.25)
        }
    }
}

/// What each part of the loss counts: L = (L_x + 0.25 L_s1 + 0.25 L_s2 + 0.5 L_fp) / 2 in Algorithm 1.
struct LossWeights {
    var labeled: Float
    /// One for each strong view.
    var strong: [Float] = []
    var featureDropout: Float = 0
}
