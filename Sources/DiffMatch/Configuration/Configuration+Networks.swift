public import DMLayers

extension Configuration {
    /// The network that turns an image into feature maps.
    public struct Encoder: Equatable, Sendable {
        /// Which network.
        public var name = Name.compact
        /// The channels of the compact encoder's first stage; later stages have multiples of it.
        public var channels = 32
        /// The first convolutions of a ResNet; nil for `classic`.
        public var stem: ResNet.Stem?
        /// The stride of the coarse feature map; nil for the encoder's usual one.
        public var outputStride: OutputStride?
        /// The file whose weights the encoder starts from.
        public var weights: String?
        /// The stages whose activations are not kept for backward but worked out again; 0 is the stem.
        public var recomputes: [Int] = []

        /// The demonstration's encoder.
        public init() {}

        /// A network that turns an image into feature maps.
        public enum Name: String, CaseIterable, Sendable {
            /// A small residual network for processors.
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

    /// The atrous-pyramid network that joins the encoder's feature maps into one.
    public struct Decoder: Equatable, Sendable {
        /// The channels of the joined feature map.
        public var channels = 64
        /// The channels to which the low-level feature map is reduced before it is joined.
        public var lowLevelChannels = 16
        /// The dilations of the pyramid's convolutions.
        public var rates = [2, 4, 6]

        /// The demonstration's decoder.
        public init() {}
    }

    /// The network that restores a noisy mask.
    public struct Denoiser: Equatable, Sendable {
        /// The number of attention layers, L.
        public var layers = 4
        /// The channels of a token, D.
        public var channels = 64
        /// The number of attention heads, a divisor of `channels`.
        public var heads = 8
        /// The sampled points per head of the deformable attention.
        public var points = 4
        /// The kind of attention.
        public var attention = MaskDenoiser.AttentionKind.deformable
        /// The layers whose activations are not kept for backward but worked out again, counted from 1.
        public var recomputes: [Int] = []

        /// The demonstration's denoiser.
        public init() {}
    }
}
