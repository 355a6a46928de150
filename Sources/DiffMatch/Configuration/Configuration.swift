/// Everything that decides a training run, as one value; its defaults are the demonstration's.
///
/// ```swift
/// var configuration = try Configuration.load(file: "run.yaml")
/// try configuration.set("debias.strength", to: "0.5")
/// print(configuration.yaml)
/// ```
///
/// Every key, its meaning and its range stand in one table, ``settings``.
public struct Configuration: Equatable, Sendable {
    /// How the network learns from the labeled and the unlabeled images.
    public var method = Method.diffmatch
    /// The seed of weights, batches, views and noise; the built-in images have a seed of their own.
    public var seed: UInt64 = 0
    /// The images and which of them are labeled.
    public var dataset = Dataset()
    /// The network that turns an image into feature maps.
    public var encoder = Encoder()
    /// The network that joins the encoder's feature maps into one.
    public var decoder = Decoder()
    /// The network that restores a noisy mask.
    public var denoiser = Denoiser()
    /// The diffusion process over masks and its sampling.
    public var diffusion = Diffusion()
    /// The adjustment that takes the class frequencies out of the prediction.
    public var debias = Debias()
    /// How the teacher's predictions become targets.
    public var pseudoLabels = PseudoLabels()
    /// The random views that are drawn from an image.
    public var views = Views()
    /// How networks are measured.
    public var evaluation = Evaluation()
    /// How gradients change the weights.
    public var optimizer = Optimizer()
    /// Length, batches, averages and bookkeeping of the run.
    public var training = Training()

    /// The demonstration's configuration.
    public init() {}
}
