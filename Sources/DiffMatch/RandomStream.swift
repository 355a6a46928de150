public import DMTensors

/// The purposes of random numbers, each with a stream of its own.
///
/// The streams are split off the seed of a training, so that drawing for one purpose changes no other. The weights do not
/// depend on the batches, and a step draws the same numbers after a resumption.
public enum RandomStream: UInt64, Sendable, CaseIterable {
    /// The first weights of a network.
    case weights = 1
    /// What a training step draws: diffusion times, noise, dropped channels, the sampling of pseudo-labels.
    case steps = 2
    /// Which images make a batch, and how they are augmented.
    case batches = 3
    /// The noise that masks are sampled from when a network is measured or used.
    case evaluation = 4

    /// The stream of a seed.
    public func source(seed: UInt64) -> RandomSource { RandomSource(seed: seed).split(rawValue) }
}
