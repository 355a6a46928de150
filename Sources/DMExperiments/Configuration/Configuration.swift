/// Everything that decides a training run, as one value; its defaults are the demonstration's.
///
/// ```swift
/// var configuration = try Configuration.load(file: "run.yaml")
/// try configuration.set("debias.strength", to: "0.5")
/// print(configuration.yaml)
/// ```
///
/// Each section is a struct of its own. Beside it stands its table, a ``Setting`` for every property: key, range and
/// meaning. Reading, writing, `--set` and the reference in `docs/configuration.md` all follow from these tables.
public struct Configuration: Equatable, Sendable {
    /// The training method.
    public var method = TrainingMethod.diffmatch
    /// The seed of weights, batches, augmentation and noise; the built-in images have a seed of their own.
    public var seed: UInt64 = 0
    /// The data set, and which of its images are labeled.
    public var dataset = DatasetSettings()
    /// The backbone that turns an image into feature maps.
    public var encoder = EncoderSettings()
    /// The decoder that joins the encoder's feature maps into one.
    public var decoder = DecoderSettings()
    /// The network that denoises the mask.
    public var denoiser = DenoiserSettings()
    /// The diffusion process over masks, and its sampler.
    public var diffusion = DiffusionSettings()
    /// The logit adjustment that removes the class prior from the prediction.
    public var debias = DebiasSettings()
    /// How the teacher's predictions become pseudo-labels.
    public var pseudoLabels = PseudoLabelSettings()
    /// The weak and strong augmentation of the training images.
    public var augmentation = AugmentationSettings()
    /// How networks are evaluated.
    public var evaluation = EvaluationSettings()
    /// The optimizer and its learning rates.
    public var optimizer = OptimizerSettings()
    /// Length of the run, batches, losses, EMA and checkpoints.
    public var training = TrainingSettings()

    /// The demonstration's configuration.
    public init() {}
}

extension Configuration {
    /// Every section, in the order in which a file is written.
    public static let sections: [SettingSection] = [
        SettingSection("dataset", \.dataset, "The data set, and which of its images are labeled.", DatasetSettings.table),
        SettingSection("encoder", \.encoder, "The backbone that turns an image into feature maps.", EncoderSettings.table),
        SettingSection("decoder", \.decoder, "The DeepLabv3+ decoder that joins the feature maps into one.", DecoderSettings.table),
        SettingSection("denoiser", \.denoiser, "The network that denoises the mask.", DenoiserSettings.table),
        SettingSection("diffusion", \.diffusion, "The diffusion process over masks, and its sampler.", DiffusionSettings.table),
        SettingSection(
            "debias", \.debias, "The logit adjustment that removes the class prior from the prediction.", DebiasSettings.table),
        SettingSection("pseudoLabels", \.pseudoLabels, "How the teacher's predictions become pseudo-labels.", PseudoLabelSettings.table),
        SettingSection(
            "augmentation", \.augmentation, "The weak and strong augmentation of the training images.", AugmentationSettings.table),
        SettingSection("evaluation", \.evaluation, "How networks are evaluated.", EvaluationSettings.table),
        SettingSection("optimizer", \.optimizer, "The optimizer and its learning rates.", OptimizerSettings.table),
        SettingSection("training", \.training, "Length of the run, batches, losses, EMA and checkpoints.", TrainingSettings.table),
    ]

    /// Every key of the configuration: those outside any section first, then section by section.
    public static let settings: [Setting] = general.settings + sections.flatMap(\.settings)

    /// The setting of a key, nil where there is none.
    public static func setting(_ key: String) -> Setting? { settingsByKey[key] }

    private static let settingsByKey = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0) })

    private static let general = SettingSection(
        "", \.self, "",
        [
            SettingRow("method", \.method, .choice, "Training method."),
            SettingRow("seed", \.seed, .integer(in: 0...(.max)), "Seed of weights, batches, augmentation and noise."),
        ])
}
