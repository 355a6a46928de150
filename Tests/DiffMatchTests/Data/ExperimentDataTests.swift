import DMDatasets
import DMTensors
import DiffMatch
import Testing

@Suite struct ExperimentDataTests {
    @Test(arguments: Method.allCases) func aStepSeesAsManyImagesInEveryMethod(method: Method) throws {
        let data = try ExperimentData(try tiny(method, "training.batchSize=3"))
        let batch = try data.batch(at: 0)
        #expect((batch.unlabelled != nil) == method.usesUnlabelled)
        #expect(batch.labelled.images.shape == [method.usesUnlabelled ? 3 : 6, 32, 32, 3])
        #expect(batch.labelled.masks.shape == [method.usesUnlabelled ? 3 : 6, 32, 32])
        if let unlabelled = batch.unlabelled {
            #expect(unlabelled.weak.shape == [3, 32, 32, 3])
            #expect(unlabelled.strong.map(\.images.shape) == [[3, 32, 32, 3], [3, 32, 32, 3]])
            #expect(unlabelled.strong[0].images != unlabelled.strong[1].images)
        }
    }

    @Test(arguments: Method.allCases) func unlabelledImagesCanBeFewer(method: Method) throws {
        let data = try ExperimentData(try tiny(method, "training.batchSize=3", "training.unlabelledBatchSize=1"))
        let batch = try data.batch(at: 0)
        #expect(batch.labelled.images.shape[0] == (method.usesUnlabelled ? 3 : 4))
        #expect(batch.unlabelled?.weak.shape[0] == (method.usesUnlabelled ? 1 : nil))
    }

    @Test func labelledAndUnlabelledImagesAreApart() throws {
        let data = try ExperimentData(try tiny(.diffmatch))
        #expect(data.partition.labelled.count == 4 && data.partition.unlabelled.count == 12)
        var (labelled, unlabelled): (Set<String>, Set<String>) = ([], [])
        for step in 0..<6 {
            let batch = try data.batch(at: step)
            labelled.formUnion(batch.labelled.identifiers)
            unlabelled.formUnion(batch.unlabelled?.identifiers ?? [])
        }
        #expect(labelled == Set(data.partition.labelled.map { "training-\($0)" }))
        #expect(unlabelled == Set(data.partition.unlabelled.map { "training-\($0)" }), "six steps of two are one epoch")
    }

    @Test func batchesAreAFunctionOfSeedAndStep() throws {
        let data = try ExperimentData(try tiny(.diffmatch))
        _ = try data.batch(at: 1)
        let (one, again) = try (data.batch(at: 3), ExperimentData(try tiny(.diffmatch)).batch(at: 3))
        #expect(one.labelled.images == again.labelled.images)
        #expect(one.unlabelled?.strong[1].images == again.unlabelled?.strong[1].images)
        #expect(one.unlabelled?.strong[1].mixing == again.unlabelled?.strong[1].mixing)
        #expect(try data.batch(at: 4).labelled.images != one.labelled.images)
        let other = try ExperimentData(try tiny(.diffmatch, "seed=1"))
        #expect(other.partition == data.partition, "which images are labelled belongs to the data set")
        #expect(try other.batch(at: 3).labelled.images != one.labelled.images)
        #expect(try ExperimentData(try tiny(.diffmatch, "dataset.seed=9")).partition != data.partition)
    }

    @Test func imagesOfAPartAreNormalisedAlike() throws {
        let data = try ExperimentData(try tiny(.supervised))
        let (images, masks) = try data.images(of: .test, at: 1..<3)
        #expect(images.shape == [2, 32, 32, 3])
        let sample = try data.dataset.samples(of: .test).sample(at: 2)
        #expect(images[1] == data.views.normalization.normalized(sample.image))
        #expect(masks[1] == Tensor(converting: try #require(sample.mask)))
    }

    @Test func onlyTrainingImagesAreCounted() throws {
        let data = try ExperimentData(try tiny(.supervised))
        #expect(data.shares.pixelCounts.reduce(0, +) == 16 * 32 * 32)
        var expected = ClassShares(classCount: 5)
        for index in 0..<16 { expected.add(try #require(data.dataset.samples(of: .training).sample(at: index).mask)) }
        #expect(data.shares == expected)
    }
}
