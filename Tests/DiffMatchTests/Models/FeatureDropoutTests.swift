import DMAutograd
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Testing

@Suite struct FeatureDropoutTests {
    private let features = EncoderFeatures(
        lowLevel: Variable(Tensor(repeating: 1, shape: [4, 3, 3, 40])), highLevel: Variable(Tensor(repeating: 1, shape: [4, 2, 2, 60])))

    private func dropout(rate: Float = 0.5, firstImage: Int) -> FeatureDropout {
        var random = RandomSource(seed: 3)
        return FeatureDropout(groups: [(firstImage, 0), (4 - firstImage, rate)], channels: (40, 60), random: &random)
    }

    @Test func touchesWholeChannelsOfTheLastImagesAlone() {
        let dropped = dropout(firstImage: 2)(features)
        for level in [dropped.lowLevel.value, dropped.highLevel.value] {
            let channels = level.mean(along: [1, 2])
            for image in 0..<2 { #expect(channels[image].scalars.allSatisfy { $0 == 1 }, "image \(image) keeps its features") }
            for image in 2..<4 { #expect(Set(channels[image].scalars) == [0, 2], "image \(image) loses whole channels") }
            #expect(channels[2] != channels[3])
            #expect(Set(level.scalars) == [0, 1, 2])
        }
    }

    @Test func restsWhereThereIsNothingToDrop() {
        #expect(dropout(rate: 0, firstImage: 0)(features).highLevel.value == features.highLevel.value)
        #expect(dropout(firstImage: 4)(features).lowLevel.value == features.lowLevel.value)
    }

    @Test func viewsThatComplementEachOtherShareTheChannels() {
        var random = RandomSource(seed: 3)
        let dropout = FeatureDropout(complements: [(0, false), (2, true), (2, true)], channels: (40, 60), random: &random)
        let dropped = dropout(features)
        for level in [dropped.lowLevel.value, dropped.highLevel.value] {
            let channels = level.mean(along: [1, 2])
            let views = (0..<4).map { channels[$0].scalars }
            let whole = (0..<2).filter { Set(views[$0]) == [1] }
            #expect(whole.count == 1, "one of the two images keeps its features, in both views")
            let image = 1 - whole[0]
            #expect(Set(views[image]) == [0, 2] && views[image + 2] == views[image].map { 2 - $0 })
            #expect(views[whole[0] + 2] == views[whole[0]])
        }
    }

    @Test func imagesByThemselvesLoseTheSameChannels() {
        let whole = dropout(firstImage: 1)
        let part = EncoderFeatures(
            lowLevel: features.lowLevel.sliced(along: 0, from: 2, to: 4), highLevel: features.highLevel.sliced(along: 0, from: 2, to: 4))
        let (expected, found) = (whole(features), whole.images(2..<4)(part))
        #expect(found.lowLevel.value == expected.lowLevel.value.sliced(along: 0, from: 2, to: 4))
        #expect(found.highLevel.value == expected.highLevel.value.sliced(along: 0, from: 2, to: 4))
    }

    @Test func reachesTheFeatureMapOfTheNetwork() throws {
        var random = RandomSource(seed: 4)
        let model = try tiny(.diffmatch).makeModel(classCount: 5, random: &random)
        let images: Tensor<Float> = random.normal(shape: [2, 32, 32, 3])
        var (plain, dropping) = (
            ForwardContext.training(random: RandomSource(seed: 0)), ForwardContext.training(random: RandomSource(seed: 0))
        )
        let whole = model.features(of: images, &plain).value
        let dropout = FeatureDropout(groups: [(1, 0), (1, 0.5)], channels: model.encoder.channels, random: &random)
        let dropped = model.features(of: images, dropout: dropout, &dropping).value
        #expect(whole[1] != dropped[1])
    }
}
