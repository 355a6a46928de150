import DMAutograd
import DMLayers
import DMTensors
import DiffMatch
import Testing

/// Whole networks in float32 against PyTorch's float64, to 1e-3 of the norm: each output, each statistic, each
/// gradient. DeepLabv3+ decides a ReLU by rounding with some instruction sets: its gradients are held together.
@Suite struct NetworkParityTests {
    private let tolerance = 1e-3
    private var random = RandomSource(seed: 0)

    @Test(arguments: [
        (ResNet.Depth.resNet18, ResNet.Stem.classic, OutputStride.thirtyTwo), (.resNet18, .deep, .eight),
        (.resNet34, .classic, .sixteen), (.resNet34, .deep, .thirtyTwo),
        (.resNet50, .classic, .thirtyTwo), (.resNet50, .deep, .sixteen),
        (.resNet101, .classic, .eight), (.resNet101, .deep, .sixteen),
    ])
    mutating func resNet(_ depth: ResNet.Depth, _ stem: ResNet.Stem, _ outputStride: OutputStride) throws {
        let network = ResNet(depth, stem: stem, outputStride: outputStride, random: &random)
        try expect("resnet\(depth.rawValue)-\(stem.rawValue)-\(outputStride.rawValue)", encoder: network, [2, 65, 65, 3], shift: 4)
    }

    @Test(arguments: [(OutputStride.thirtyTwo, [4, 64, 65, 3]), (.sixteen, [4, 65, 64, 3])])
    mutating func efficientNetLite0(_ outputStride: OutputStride, _ shape: [Int]) throws {
        let network = EfficientNetLite0(outputStride: outputStride, random: &random)
        try expect("efficientnet-lite0-\(outputStride.rawValue)", encoder: network, shape, shift: 2.5)
    }

    @Test(arguments: [ResNet.Depth.resNet50, .resNet101])
    mutating func deepLabV3Plus(_ depth: ResNet.Depth) throws {
        let encoder = ResNet(depth, stem: .deep, outputStride: .sixteen, random: &random)
        let network = DeepLabV3Plus(encoder: encoder, classes: 21, random: &random)
        let name = "deeplab-resnet\(depth.rawValue)"
        try expectParity(name, network, inputs: [[4, 65, 65, 3], [4, 1, 1, 3]], tolerance: tolerance, measure: .together, shift: 4) {
            [$0($1[0] + $1[1], &$2)]
        }
    }

    @Test(arguments: MaskDenoiser.AttentionKind.allCases)
    mutating func maskDenoiser(_ attention: MaskDenoiser.AttentionKind) throws {
        let shape = MaskDenoiser.Shape(features: 16, channels: 32, maskChannels: 16, classes: 7, attention: attention)
        let network = MaskDenoiser(shape, random: &random)
        let inputs = [[2, 8, 9, 16], [2, 8, 9, 16], [2]]
        try expectParity("denoiser-\(attention.rawValue)", network, inputs: inputs, tolerance: tolerance) { network, x, _ in
            [network(features: x[0], mask: x[1], logSNR: 5 * x[2].value)]
        }
    }

    private func expect(_ name: String, encoder: some FeatureEncoder, _ shape: [Int], shift: Float) throws {
        try expectParity(name, encoder, inputs: [shape], tolerance: tolerance, shift: shift) { encoder, x, context in
            let features = encoder(x[0], &context)
            return [features.lowLevel, features.highLevel]
        }
    }
}
