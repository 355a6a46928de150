import DMLayers
import DMTensors
import Testing

@Suite struct WeightTests {
    /// Each layer's parameters as PyTorch lays them out.
    private struct Layers: Module {
        var convolution: Convolution2D
        var depthwise: Convolution2D
        var norm = BatchNormalization(channels: 3)
        var linear: Linear
        var table: Embedding

        init(random: inout RandomSource) {
            convolution = Convolution2D(inputs: 2, outputs: 3, kernel: 3, hasBias: true, random: &random)
            depthwise = Convolution2D(inputs: 4, outputs: 4, kernel: 5, groups: 4, random: &random)
            linear = Linear(inputs: 3, outputs: 5, random: &random)
            table = Embedding(count: 6, features: 2, random: &random)
        }

        mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
            visitor.visit(&convolution, "conv")
            visitor.visit(&depthwise, "depthwise")
            visitor.visit(&norm, "bn")
            visitor.visit(&linear, "fc")
            visitor.visit(&table, "table")
        }
    }

    private func layers(seed: UInt64) -> Layers {
        var random = RandomSource(seed: seed)
        var layers = Layers(random: &random)
        shake(&layers, &random)
        return layers
    }

    @Test func layoutsArePyTorchs() throws {
        let layers = layers(seed: 1)
        let exported = layers.exportedWeights()
        let shapes = Dictionary(uniqueKeysWithValues: exported.map { ($0.name, $0.value.shape) })
        #expect(
            shapes == [
                "conv.weight": [3, 2, 3, 3], "conv.bias": [3], "depthwise.weight": [4, 1, 5, 5], "bn.weight": [3], "bn.bias": [3],
                "bn.running_mean": [3], "bn.running_var": [3], "fc.weight": [5, 3], "fc.bias": [5], "table.weight": [6, 2],
            ])
        let own = layers.convolution.weight.value.scalars, foreign = try #require(exported["conv.weight"]).scalars
        for (out, input, row, column) in [(0, 0, 0, 0), (2, 1, 0, 2), (1, 0, 2, 1)] {
            #expect(foreign[((out * 2 + input) * 3 + row) * 3 + column] == own[((row * 3 + column) * 2 + input) * 3 + out])
        }
        #expect(exported["fc.weight"]?.scalars[1 * 3 + 2] == layers.linear.weight.value.scalars[2 * 5 + 1])
    }

    @Test func whatIsExportedLoadsAgain() {
        let one = layers(seed: 1)
        var other = layers(seed: 2)
        #expect(one.state != other.state)
        let report = other.importWeights(one.exportedWeights())
        #expect(report.isComplete)
        #expect(report.loaded == one.state.names)
        #expect(other.state == one.state)
    }

    @Test func theReportNamesWhatDoesNotFit() {
        var layers = layers(seed: 1)
        let before = layers.state
        var weights = ParameterValues()
        for (name, value) in self.layers(seed: 2).exportedWeights() where name != "bn.running_var" && name != "fc.bias" {
            weights.append(name, name == "table.weight" ? value.transposed(permutation: [1, 0]) : value)
        }
        weights.append("bn.num_batches_tracked", Tensor(7))
        weights.append("head.weight", Tensor([1]))
        let report = layers.importWeights(weights)
        #expect(report.missing == ["bn.running_var", "fc.bias"])
        #expect(report.unexpected == ["head.weight"])
        #expect(report.mismatchedShapes.map(\.name) == ["table.weight"])
        #expect(report.mismatchedShapes.first?.expected == [6, 2])
        #expect(report.mismatchedShapes.first?.found == [2, 6])
        #expect(report.loaded.count == 7)
        #expect(!report.isComplete)
        #expect(
            report.description == """
                loaded 7 of 10 tensors
                missing: 2: bn.running_var, fc.bias
                of another shape: 1: table.weight (expected [6, 2], found [2, 6])
                unexpected: 1: head.weight
                """)
        for name in report.missing + ["table.weight"] { #expect(layers.state[name] == before[name], "\(name) stays") }
    }

    /// A network with a deep stem, which takes a while to make.
    private static let deepSource = {
        var random = RandomSource(seed: 3)
        return ResNet(.resNet18, stem: .deep, random: &random)
    }()

    @Test func wrappersAreTakenAway() {
        let source = Self.deepSource
        var random = RandomSource(seed: 4)
        var network = ResNet(.resNet18, stem: .deep, random: &random)
        for prefix in [
            "", "module.", "state_dict.", "model.module.backbone.", "model.encoder.", "state_dict.model.backbone.",
            "model._orig_mod.backbone.",
            "_orig_mod.", "module._orig_mod.", "teacher.backbone.", "student.module.", "state_dict_ema.", "model_ema.",
            "model_state.backbone.",
            "state_dict.module.encoder_q.", "model.backbone.0.body.", "backbone.body.", "network.backbone.", "module.base_encoder.",
        ] {
            var weights = ParameterValues()
            weights.append(source.exportedWeights(), prefix: prefix)
            weights.append(prefix + "fc.weight", Tensor(repeating: 0, shape: [1000, 512]))
            let report = network.importWeights(weights)
            #expect(report.isComplete, "\(prefix)")
            #expect(report.unexpected == [prefix + "fc.weight"])
        }
        #expect(network.state == source.state)
    }

    @Test("mmsegmentation's deep stem has another name, and wrappers may stand within names") func otherStemsAndWrappers() {
        var random = RandomSource(seed: 6)
        let source = Self.deepSource
        var weights = ParameterValues()
        for (name, value) in source.exportedWeights() {
            var name = name
            if name.hasPrefix("conv1.") { name = "stem." + name.dropFirst("conv1.".count) }
            if name.hasPrefix("bn1.") { name = "stem.7." + name.dropFirst("bn1.".count) }
            if name.hasPrefix("layer2.") { name = "layer2._orig_mod." + name.dropFirst("layer2.".count) }
            weights.append("state_dict.backbone." + name, value)
        }
        var network = ResNet(.resNet18, stem: .deep, random: &random)
        #expect(network.importWeights(weights).isComplete)
        #expect(network.state == source.state)
    }

    @Test("Hugging Face's ResNets have names of their own") func huggingFace() {
        var random = RandomSource(seed: 7)
        let source = ResNet(.resNet50, random: &random)
        var weights = ParameterValues()
        for (name, value) in source.exportedWeights() {
            let parts = name.split(separator: ".")
            let layer = { (name: Substring) in name.hasPrefix("conv") ? "convolution" : "normalization" }
            let foreign =
                if parts.count == 2 {
                    "embedder.embedder.\(layer(parts[0])).\(parts[1])"
                } else if parts[2] == "downsample" {
                    "encoder.stages.\(Int(parts[0].dropFirst(5))! - 1).layers.\(parts[1]).shortcut."
                        + "\(parts[3] == "0" ? "convolution" : "normalization").\(parts[4])"
                } else {
                    "encoder.stages.\(Int(parts[0].dropFirst(5))! - 1).layers.\(parts[1]).layer."
                        + "\(Int(parts[2].suffix(1))! - 1).\(layer(parts[2])).\(parts[3])"
                }
            weights.append("resnet." + foreign, value)
        }
        var network = source
        #expect(network.importWeights(weights).description == "loaded \(source.state.count) of \(source.state.count) tensors")
        #expect(network.state == source.state)
    }

    @Test("Of two networks in one file the first counts") func twoNetworks() {
        let one = layers(seed: 1), two = layers(seed: 2)
        var weights = ParameterValues()
        weights.append(one.exportedWeights(), prefix: "state_dict.")
        weights.append(two.exportedWeights(), prefix: "state_dict_ema.")
        var layers = layers(seed: 3)
        let report = layers.importWeights(weights)
        #expect(layers.state == one.state)
        #expect(report.unexpected == two.exportedWeights().names.map { "state_dict_ema." + $0 })
    }

    @Test("Infinities and what is no number are told by name") func nonFinite() {
        var layers = layers(seed: 1)
        var weights = ParameterValues()
        for (name, value) in self.layers(seed: 2).exportedWeights() {
            weights.append(name, name == "bn.running_var" ? value / 0 : name == "fc.weight" ? value * .nan : value)
        }
        let report = layers.importWeights(weights)
        #expect(report.isComplete)
        #expect(report.nonFinite == ["bn.running_var", "fc.weight"])
        #expect(report.description == "loaded 10 of 10 tensors\nwith infinities or no numbers: 2: bn.running_var, fc.weight")
    }

    @Test func partsKeepTheirOwnNamesFirst() {
        var random = RandomSource(seed: 4)
        let encoder = CompactEncoder(width: 2, random: &random)
        let source = DeepLabV3Plus(encoder: encoder, classes: 3, random: &random)
        var network = DeepLabV3Plus(encoder: CompactEncoder(width: 2, random: &random), classes: 3, random: &random)
        #expect(network.importWeights(source.exportedWeights()).isComplete)
        #expect(network.state == source.state)
    }

    @Test func aConvolutionOfOnePixelIsALinearMap() {
        var linear = layers(seed: 1).linear
        let weight = linear.exportedWeights()
        var weights = ParameterValues()
        weights.append("weight", (weight["weight"] ?? Tensor([])).reshaped(to: [5, 3, 1, 1]))
        weights.append("bias", weight["bias"] ?? Tensor([]))
        let before = linear.state
        linear.weight.value *= 0
        #expect(linear.importWeights(weights).isComplete)
        #expect(linear.state == before)
    }

    @Test func thePackageOfEfficientNetHasOtherNames() {
        var random = RandomSource(seed: 5)
        let source = EfficientNetLite0Classifier(classes: 10, random: &random)
        let exported = source.exportedWeights(names: .efficientNetLite0Package)
        for name in [
            "_conv_stem.weight", "_bn0.running_mean", "_blocks.0._depthwise_conv.weight", "_blocks.0._project_conv.weight",
            "_blocks.1._expand_conv.weight", "_blocks.15._bn2.bias", "_conv_head.weight", "_bn1.weight", "_fc.bias",
        ] { #expect(exported[name] != nil, "\(name)") }
        #expect(exported["_blocks.0._expand_conv.weight"] == nil)
        #expect(exported["_blocks.5._depthwise_conv.weight"]?.shape == [240, 1, 3, 3])
        var network = EfficientNetLite0Classifier(classes: 10, random: &random)
        #expect(network.importWeights(exported).loaded.count == source.state.count)
        #expect(network.state == source.state)
    }
}
