import DMAutograd
import DMLayers
import DMTensors
import DiffMatch
import Testing

@Suite struct FeatureDropoutTests {
    private let features = EncoderFeatures(
        lowLevel: Variable(Tensor(repeating: 1, shape: [4, 3, 3, 40])), highLevel: Variable(Tensor(repeating: 1, shape: [4, 2, 2, 60])))

    @Test func touchesWholeChannelsOfTheLastImagesAlone() {
        var context = ForwardContext(mode: .training, random: RandomSource(seed: 3))
        let dropped = FeatureDropout(rate: 0.5, firstImage: 2)(features, &context)
        for level in [dropped.lowLevel.value, dropped.highLevel.value] {
            let channels = level.mean(along: [1, 2])
            for image in 0..<2 { #expect(channels[image].scalars.allSatisfy { $0 == 1 }, "image \(image) keeps its features") }
            for image in 2..<4 { #expect(Set(channels[image].scalars) == [0, 2], "image \(image) loses whole channels") }
            #expect(channels[2] != channels[3])
            #expect(Set(level.scalars) == [0, 1, 2])
        }
    }

    @Test func restsWhereThereIsNothingToDrop() {
        var context = ForwardContext(mode: .inference)
        #expect(FeatureDropout(rate: 0.5, firstImage: 0)(features, &context).lowLevel.value == features.lowLevel.value)
        context.mode = .training
        #expect(FeatureDropout(rate: 0, firstImage: 0)(features, &context).highLevel.value == features.highLevel.value)
        #expect(FeatureDropout(rate: 0.5, firstImage: 4)(features, &context).highLevel.value == features.highLevel.value)
    }

    @Test func reachesTheFeatureMapOfTheNetwork() throws {
        var random = RandomSource(seed: 4)
        let model = SegmentationModel(try tiny(.diffmatch), classCount: 5, random: &random)
        let images: Tensor<Float> = random.normal(shape: [2, 32, 32, 3])
        var (plain, dropping) = (ForwardContext(mode: .training), ForwardContext(mode: .training))
        let whole = model.features(of: images, &plain).value
        let dropped = model.features(of: images, dropout: FeatureDropout(rate: 0.5, firstImage: 1), &dropping).value
        #expect(whole[1] != dropped[1])
    }
}
