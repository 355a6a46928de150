import DMDiffusion
import DMLayers
public import DMTensors

extension SegmentationModel {
    /// The network of a configuration, with weights drawn from `random`.
    public init(_ configuration: Configuration, classCount: Int, random: inout RandomSource) {
        let encoder = configuration.encoder.makeNetwork(random: &random)
        let decoder = AtrousPyramidDecoder(
            inputs: encoder.channels, channels: configuration.decoder.channels,
            reduced: configuration.decoder.lowLevelChannels, rates: configuration.decoder.rates, random: &random)
        let head: SegmentationHead =
            configuration.method.isGenerative
            ? .generator(GenerativeHead(configuration, features: decoder.channels, classCount: classCount, random: &random))
            : .classifier(Linear(inputs: decoder.channels, outputs: classCount, random: &random))
        self.init(encoder: encoder, decoder: decoder, head: head, classCount: classCount)
    }
}

extension Configuration.Encoder {
    /// The encoder, with weights drawn from `random`.
    fileprivate func makeNetwork(random: inout RandomSource) -> any FeatureEncoder {
        let outputStride = outputStride ?? .sixteen
        var network: any FeatureEncoder =
            switch (name, name.depth) {
            case (_, let depth?): ResNet(depth, stem: stem ?? .classic, outputStride: outputStride, random: &random)
            case (.efficientNetLite0, _): EfficientNetLite0(outputStride: outputStride, random: &random)
            default: CompactEncoder(width: channels, random: &random)
            }
        network.recomputedStages = Set(recomputes)
        return network
    }
}

extension GenerativeHead {
    fileprivate init(_ configuration: Configuration, features: Int, classCount: Int, random: inout RandomSource) {
        let scale = Float(configuration.diffusion.scale)
        let codes: ClassCodes =
            switch configuration.diffusion.encoding {
            case .embedding:
                .learned(
                    Embedding(categories: classCount + 1, features: features, random: &random), scale: scale)
            case .oneHot: .fixed(.oneHot(classCount: classCount, scale: scale))
            case .analogBits: .fixed(.analogBits(classCount: classCount, scale: scale))
            }
        let shape = MaskDenoiser.Shape(
            features: features, channels: configuration.denoiser.channels, maskChannels: codes.encoding.channelCount, classes: classCount,
            layers: configuration.denoiser.layers, heads: configuration.denoiser.heads, points: configuration.denoiser.points,
            attention: configuration.denoiser.attention)
        var denoiser = MaskDenoiser(shape, random: &random)
        denoiser.recomputedLayers = Set(configuration.denoiser.recomputes)
        let hasAuxiliary = configuration.training.auxiliaryWeight > 0
        let auxiliary = hasAuxiliary ? Linear(inputs: features, outputs: classCount, random: &random) : nil
        self.init(denoiser: denoiser, codes: codes, auxiliary: auxiliary)
    }
}
