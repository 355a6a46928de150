public import DMLayers
public import DiffMatch

extension Configuration {
    /// The encoder: the backbone that turns an image into feature maps.
    public struct EncoderSettings: Equatable, Sendable {
        /// Which network.
        public var name = Name.compact
        /// The channels of the compact encoder's first stage; later stages have multiples of it.
        public var channels = 32
        /// The first convolutions of a ResNet; nil for `classic`.
        public var stem: ResNet.Stem?
        /// The output stride of the coarse feature map; nil for the encoder's usual one.
        public var outputStride: OutputStride?
        /// The file of pretrained weights.
        public var weights: String?
        /// The stages that use activation checkpointing; 0 is the stem.
        public var activationCheckpointing: [Int] = []

        /// The demonstration's encoder.
        public init() {}

        /// A network that turns an image into feature maps.
        public enum Name: String, CaseIterable, Sendable {
            /// A small residual network for CPUs.
            case compact
            /// A residual network of 18 layers.
            case resnet18
            /// A residual network of 34 layers.
            case resnet34
            /// A residual network of 50 layers.
            case resnet50
            /// A residual network of 101 layers.
            case resnet101
            /// A network for small devices.
            case efficientNetLite0 = "efficientnet-lite0"

            /// The residual network of this name, nil for the others.
            var depth: ResNet.Depth? {
                switch self {
                case .compact, .efficientNetLite0: nil
                case .resnet18: .resNet18
                case .resnet34: .resNet34
                case .resnet50: .resNet50
                case .resnet101: .resNet101
                }
            }

            /// The number of stages behind the stem.
            var stageCount: Int {
                switch self {
                case .compact: 3
                case .resnet18, .resnet34, .resnet50, .resnet101: 4
                case .efficientNetLite0: 7
                }
            }
        }
    }
}

extension Configuration.EncoderSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("name", \.name, .choice, "Backbone; compact is a small residual network for CPUs."),
        SettingRow(
            "stem", \.stem, .optional(.choice),
            "First convolutions of a ResNet: one of 7x7 (classic) or three of 3x3 (deep); null for classic."),
        SettingRow(
            "outputStride", \.outputStride, .optional(.choice),
            "Output stride of the coarse feature map; null for 8 with compact and 16 with the others."),
        SettingRow(
            "weights", \.weights, .optionalText,
            "File of pretrained weights, .pth or .safetensors; null for random initialization.", affectsResults: false),
        SettingRow(
            "activationCheckpointing", \.activationCheckpointing, .integers(in: 0...7, orNone: true),
            "Stages that use activation checkpointing, 0 for the stem: less memory, more time."),
        SettingRow(
            "channels", \.channels, .integer(in: 8...512),
            "Channels of the compact encoder's first stage; later stages have multiples of it."),
    ]
}

extension Configuration {
    /// The DeepLabv3+ decoder, which joins the encoder's feature maps into one.
    public struct DecoderSettings: Equatable, Sendable {
        /// The channels of the joined feature map.
        public var channels = 64
        /// The channels of the low-level feature map after its 1x1 projection.
        public var lowLevelChannels = 16
        /// The dilation rates of the atrous spatial pyramid pooling (ASPP).
        public var rates = [2, 4, 6]

        /// The demonstration's decoder.
        public init() {}
    }
}

extension Configuration.DecoderSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow(
            "channels", \.channels, .integer(in: 8...1024),
            "Channels of the decoder's feature map, and of a learned class embedding."),
        SettingRow(
            "lowLevelChannels", \.lowLevelChannels, .integer(in: 1...1024),
            "Channels of the low-level feature map after its 1x1 projection."),
        SettingRow("rates", \.rates, .integers(in: 1...64), "Dilation rates of the ASPP's 3x3 convolutions."),
    ]
}

extension Configuration {
    /// The network that denoises the mask.
    public struct DenoiserSettings: Equatable, Sendable {
        /// The number of attention layers, L.
        public var layers = 4
        /// The embedding dimension of a token, D.
        public var channels = 64
        /// The number of attention heads, a divisor of `channels`.
        public var heads = 8
        /// The sampling points per head of the deformable attention.
        public var points = 4
        /// The kind of attention.
        public var attention = MaskDenoiser.AttentionKind.deformable
        /// The layers that use activation checkpointing, counted from 1.
        public var activationCheckpointing: [Int] = []

        /// The demonstration's denoiser.
        public init() {}
    }
}

extension Configuration.DenoiserSettings {
    static let table: [SettingRow<Self>] = [
        SettingRow("layers", \.layers, .integer(in: 1...32), "Number of attention layers, L."),
        SettingRow("channels", \.channels, .integer(in: 8...1024), "Embedding dimension of a token, D."),
        SettingRow("heads", \.heads, .integer(in: 1...64), "Number of attention heads; it must divide denoiser.channels."),
        SettingRow("points", \.points, .integer(in: 1...64), "Sampling points per head of the deformable attention."),
        SettingRow("attention", \.attention, .choice, "Kind of attention over the mask's grid."),
        SettingRow(
            "activationCheckpointing", \.activationCheckpointing, .integers(in: 1...32, orNone: true),
            "Layers that use activation checkpointing, counted from 1: less memory, more time."),
    ]
}
