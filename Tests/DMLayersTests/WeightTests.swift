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

    @Test(arguments: ["", "module.", "state_dict.", "model.module.backbone.", "model.encoder."])
    func wrappersAreTakenAway(_ prefix: String) {
        var random = RandomSource(seed: 3)
        let source = ResNet(.resNet18, stem: .deep, random: &random)
        var weights = ParameterValues()
        weights.append(source.exportedWeights(), prefix: prefix)
        weights.append(prefix + "fc.weight", Tensor(repeating: 0, shape: [1000, 512]))
        var network = ResNet(.resNet18, stem: .deep, random: &random)
        let report = network.importWeights(weights)
        #expect(report.isComplete)
        #expect(report.unexpected == [prefix + "fc.weight"])
        #expect(network.state == source.state)
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
