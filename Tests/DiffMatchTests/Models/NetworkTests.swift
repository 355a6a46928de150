import DMAutograd
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DMTestSupport
import DiffMatch
import Testing

@Suite struct NetworkTests {
    private func model(_ method: TrainingMethod, _ setting: String = "seed=1") throws -> SegmentationModel {
        var random = RandomSource(seed: 1)
        return try tiny(method, setting).makeModel(classCount: 5, random: &random)
    }

    @Test(
        arguments: [
            (TrainingMethod.supervised, "seed=1"), (.diffmatch, "seed=1"), (.diffmatch, "denoiser.attention=softmax"),
            (.diffmatch, "diffusion.encoding=oneHot"), (.diffmatch, "diffusion.encoding=analogBits"),
        ])
    func showsEveryParameter(method: TrainingMethod, setting: String) throws {
        let model = try model(method, setting)
        let inside = ParameterCount(inside: model)
        #expect(ParameterCount(visitedIn: model) == inside)
        #expect(inside.parameters > 50 && inside.statistics > 15)
        let names = model.state.names
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /(backbone|decoder|head)(\.[a-z0-9_]+)+/) != nil }, "\(names)")
    }

    @Test func partsHaveTheirNames() throws {
        let classifier = try model(.supervised).parameters.names
        #expect(classifier.contains("backbone.layer1.0.block1.conv.weight"))
        #expect(classifier.contains("head.classifier.weight"))
        let generator = try model(.diffmatch).parameters.names
        #expect(generator.contains("head.generator.codes.table.weight"))
        #expect(generator.contains("head.generator.denoiser.layers.1.attn.sampling_offsets.weight"))
        #expect(!generator.contains { $0.hasPrefix("head.classifier") })
        #expect(try !model(.diffmatch, "diffusion.encoding=oneHot").parameters.names.contains { $0.contains("codes") })
    }

    @Test func everyParameterLearns() throws {
        let configuration = try tiny(.diffmatch)
        let before = configuration.initialState().student.state
        let after = try trained(configuration, steps: 2).state.student.state
        for (name, value) in after { #expect(value != before[name], "\(name) has not changed in two steps") }
    }

    @Test func featuresAreAQuarterOfTheImage() throws {
        var context = ForwardContext.training(random: RandomSource(seed: 0))
        let images = Tensor<Float>(repeating: 0.5, shape: [2, 33, 32, 3])
        #expect(try model(.supervised).features(of: images, &context).shape == [2, 9, 8, 8])
    }

    @Test func theClassTableStaysWithinItsScale() throws {
        guard case .generator(let head) = try model(.diffmatch, "diffusion.scale=0.1").head else {
            Issue.record("the head of diffmatch generates")
            return
        }
        let codes = head.codes.encoding.codes
        #expect(codes.shape == [6, 8], "five classes and 'no label'")
        #expect(codes.absoluteValue().maximum() <= 0.1)
        #expect(codes.absoluteValue().maximum() > 0.03)
    }

    @Test(arguments: MaskDenoiser.AttentionKind.allCases)
    func aDenoiserLayerStartsAsTheNormalizationOfItsInput(kind: MaskDenoiser.AttentionKind) throws {
        var random = RandomSource(seed: 7)
        let shape = MaskDenoiser.Shape(
            features: 4, channels: 8, maskChannels: 3, classes: 2, layers: 1, heads: 2, points: 2, attention: kind)
        let layer = MaskDenoiser(shape, random: &random).layers[0]
        let tokens = Variable<Float>(random.normal(shape: [2, 3, 4, 8]) * 5)
        let positions = Variable<Float>(random.normal(shape: [1, 3, 4, 8]))
        let time = Variable<Float>(random.normal(shape: [2, 32]))
        let expected = layer.feedForwardNorm(layer.attentionNorm(tokens)).value
        let found = layer(tokens, positions: positions, time: time).value
        #expect(largestDifference(found, Tensor<Double>(converting: expected)) < 1e-5)
    }

    @Test func theTimeChangesTheAnswerOnceItsLayersAreTrained() throws {
        let state = try trained(try tiny(.diffmatch), steps: 2).state
        let generator: GenerativeHead? = if case .generator(let head) = state.student.head { head } else { nil }
        let head = try #require(generator)
        var random = RandomSource(seed: 2)
        let features = Variable<Float>(random.normal(shape: [1, 4, 4, 8]))
        let mask = Variable<Float>(random.normal(shape: [1, 4, 4, 8]))
        let (early, late) = (
            head.denoiser(features: features, mask: mask, logSNR: Tensor([4])).value,
            head.denoiser(features: features, mask: mask, logSNR: Tensor([-4])).value
        )
        #expect(early.shape == [1, 4, 4, 5])
        #expect((early - late).absoluteValue().maximum() > 1e-5)
    }

    @Test func aMaskOfAnotherSizeStopsTheProgram() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = RandomSource(seed: 1)
            let shape = MaskDenoiser.Shape(features: 4, channels: 8, maskChannels: 3, classes: 2, layers: 1, heads: 2, points: 1)
            let x = { Variable(Tensor<Float>(repeating: 0, shape: $0)) }
            _ = MaskDenoiser(shape, random: &random)(features: x([1, 4, 4, 4]), mask: x([1, 4, 5, 3]), logSNR: Tensor([0]))
        }
        let said = message(result.standardErrorContent)
        #expect(said.contains("the features [1, 4, 4, 4] and the mask [1, 4, 5, 3] differ in batch, height or width"))
    }
}
