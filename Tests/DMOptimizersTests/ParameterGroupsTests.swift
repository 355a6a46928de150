import DMLayers
import DMOptimizers
import DMTensors
import DMTestSupport
import Testing

/// A model with a part behind a protocol, and a head of one of two kinds.
private struct Model: Module {
    var encoder: any Encoder
    var decoder: Linear
    var head: Head
    /// What the decoder is called.
    var decoderName = "decoder"

    protocol Encoder: Module {}

    struct TwoLayers: Encoder {
        var first: Linear, norm = BatchNormalization(channels: 3)

        mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
            visitor.visit(&first, "first")
            visitor.visit(&norm, "norm")
        }
    }

    enum Head: Module {
        case classifier(Linear)
        case generator(Generator)

        mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
            switch self {
            case .classifier(var classifier):
                visitor.visit(&classifier, "classifier")
                self = .classifier(classifier)
            case .generator(var generator):
                visitor.visit(&generator, "generator")
                self = .generator(generator)
            }
        }
    }

    struct Generator: Module {
        var denoiser: Linear, scale: Parameter, auxiliary: Linear?

        mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
            visitor.visit(&denoiser, "denoiser")
            visitor.visit(&scale, "scale")
            visitor.visit(&auxiliary, "auxiliary")
        }
    }

    init(isGenerative: Bool) {
        var random = RandomSource(seed: 4)
        func linear() -> Linear { Linear(inputs: 2, outputs: 3, random: &random) }
        encoder = TwoLayers(first: linear())
        decoder = linear()
        head =
            isGenerative
            ? .generator(Generator(denoiser: linear(), scale: Parameter(Tensor(1)), auxiliary: linear())) : .classifier(linear())
    }

    mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&encoder, "encoder")
        visitor.visit(&decoder, decoderName)
        visitor.visit(&head, "head")
    }

    static let encoderGroup = ParameterGroup<Model>("encoder", learningRateFactor: 0.1) { model, visitor in
        visitor.visit(&model.encoder, "encoder")
    }

    /// The generator without its auxiliary classifier.
    static let denoiserGroup = ParameterGroup<Model>("denoiser", learningRateFactor: 2, isOptional: true) { model, visitor in
        guard case .generator(var generator) = model.head else { return }
        let auxiliary = generator.auxiliary
        generator.auxiliary = nil
        visitor.visit(&generator, "")
        generator.auxiliary = auxiliary
        model.head = .generator(generator)
    }

    static func groups(of model: Model) -> ParameterGroups { ParameterGroups(of: model, [encoderGroup, denoiserGroup]) }

    /// A gradient of ones.
    var gradients: ParameterValues { parameters.mapValues { Tensor(repeating: 1, shape: $0.shape) } }
}

@Suite struct ParameterGroupsTests {
    @Test(arguments: [false, true]) func partsBehindProtocolsAndEnumerationsHaveTheirFactor(isGenerative: Bool) {
        let groups = Model.groups(of: Model(isGenerative: isGenerative))
        let encoder = ["encoder.first.weight", "encoder.first.bias", "encoder.norm.weight", "encoder.norm.bias"]
        let head =
            isGenerative
            ? ["denoiser.weight", "denoiser.bias", "scale", "auxiliary.weight", "auxiliary.bias"].map { "head.generator." + $0 }
            : ["head.classifier.weight", "head.classifier.bias"]
        #expect(groups.names == encoder + ["decoder.weight", "decoder.bias"] + head)
        for name in groups.names {
            let isDenoisers = name.hasPrefix("head.generator.") && !name.hasPrefix("head.generator.auxiliary.")
            let expected: (Float, String?) = encoder.contains(name) ? (0.1, "encoder") : isDenoisers ? (2, "denoiser") : (1, nil)
            #expect(groups.learningRateFactor(of: name) == expected.0, "\(name)")
            #expect(groups.group(of: name) == expected.1, "\(name)")
        }
    }

    @Test func aRenamedPartStaysInItsGroup() {
        var model = Model(isGenerative: false)
        model.decoderName = "neck"
        let group = ParameterGroup("decoder", learningRateFactor: 0.5, \Model.decoder)
        let groups = ParameterGroups(of: model, [group], remainingFactor: 3)
        #expect(groups.names.filter { groups.learningRateFactor(of: $0) == 0.5 } == ["neck.weight", "neck.bias"])
        #expect(groups.names.filter { groups.learningRateFactor(of: $0) == 3 }.count == groups.names.count - 2)
        #expect(groups.remainingFactor == 3)
    }

    @Test func aKeyPathMayLeadToOneParameter() {
        let groups = ParameterGroups(of: Pair(), [ParameterGroup("second", learningRateFactor: 0, \Pair.second)])
        #expect(groups.names.map { groups.group(of: $0) } == [nil, "second", nil, nil])
        var pair = Pair()
        var optimizer: any Optimizer = SGD()
        optimizer.update(&pair, along: pair.gradients(at: 0), learningRate: 0.1, groups: groups)
        #expect(pair.second.value == Pair().second.value)
        #expect(pair.first.value != Pair().first.value)
    }

    @Test func theModelThatIsLookedAtDoesNotChange() {
        let model = Model(isGenerative: true)
        let before = model.state
        _ = Model.groups(of: model)
        #expect(model.state == before)
        #expect(Model.groups(of: model) == Model.groups(of: model))
    }

    @Test func aStepWithGroupsIsAStepWithARateForEachParameter() {
        for optimizer in [SGD(), AdamW()] as [any Optimizer] {
            let start = Model(isGenerative: true)
            let groups = Model.groups(of: start)
            var (grouped, named, first, second) = (start, start, optimizer, optimizer)
            for step in 0..<3 {
                let rate = PolynomialDecay(initial: 0.3, steps: 7)(step)
                first.update(&grouped, along: start.gradients, learningRate: rate, groups: groups)
                second.update(&named, along: start.gradients) { name in
                    rate
                        * (name.hasPrefix("encoder.")
                            ? 0.1 : ["denoiser", "scale"].contains(name.split(separator: ".").dropFirst(2).first) ? 2 : 1)
                }
            }
            #expect(grouped.state == named.state)
            #expect(grouped.state != start.state)
        }
    }

    @Test(arguments: GroupMistake.byMessage.keys.sorted()) func aMistakeStopsTheProgram(_ expected: String) async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [expected] in
            GroupMistake.byMessage[expected]?()
        }
        #expect(message(result.standardErrorContent).contains(expected))
    }
}

/// Mistakes with groups, each under what the message says.
private enum GroupMistake {
    static let byMessage: [String: @Sendable () -> Void] = [
        "the parameter group 'nothing' is empty": {
            _ = ParameterGroups(of: Pair(), [ParameterGroup("nothing", learningRateFactor: 1) { _, _ in }])
        },
        "the parameter group 'not put back' is empty": {
            let group = ParameterGroup<Model>("not put back", learningRateFactor: 1) { model, visitor in
                guard case .generator(var generator) = model.head else { return }
                visitor.visit(&generator, "")
            }
            _ = ParameterGroups(of: Model(isGenerative: true), [group])
        },
        "the parameter groups 'norm' and 'all' overlap: both have norm.weight": {
            let all = ParameterGroup<Pair>("all", learningRateFactor: 1) { $1.visit(&$0, "") }
            _ = ParameterGroups(of: Pair(), [ParameterGroup("norm", learningRateFactor: 1, \.norm), all])
        },
        "two parameter groups have the name 'norm'": {
            let norm = ParameterGroup("norm", learningRateFactor: 1, \Pair.norm)
            _ = ParameterGroups(of: Pair(), [norm, norm])
        },
        "the parameter groups are of another module: there is no 'third' among 4 parameters": {
            _ = ParameterGroups(of: Pair(), []).learningRateFactor(of: "third")
        },
        "the parameter groups are of another module: expected first [5], found encoder.first.weight [2, 3]": {
            step(Model(isGenerative: false), ParameterGroups(of: Pair(), []))
        },
        "the parameter groups are of another module: expected head.generator.denoiser.weight [2, 3], found head.classifier.weight [2, 3]": {
            step(Model(isGenerative: false), Model.groups(of: Model(isGenerative: true)))
        },
        "the parameter groups are of another module: expected no more, found second [2, 3]": {
            struct First: Module {
                var pair = Pair()
                mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&pair.first, "first") }
            }
            step(Pair(), ParameterGroups(of: First(), []))
        },
    ]

    private static func step(_ model: some Module, _ groups: ParameterGroups) {
        var (model, optimizer) = (model, SGD())
        optimizer.update(&model, along: model.parameters, learningRate: 1, groups: groups)
    }
}
