import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMTensors
import DiffMatch
import Testing

@Suite struct ExperimentDataTests {
    @Test(arguments: TrainingMethod.allCases) func aStepSeesAsManyImagesInEveryMethod(method: TrainingMethod) throws {
        let data = try ExperimentData(try tiny(method, "training.batchSize=3"))
        let batch = try data.batch(at: 0)
        #expect((batch.unlabeled != nil) == method.usesUnlabeled)
        #expect(batch.labeled.images.shape == [method.usesUnlabeled ? 3 : 6, 32, 32, 3])
        #expect(batch.labeled.masks.shape == [method.usesUnlabeled ? 3 : 6, 32, 32])
        if let unlabeled = batch.unlabeled {
            #expect(unlabeled.weak.shape == [3, 32, 32, 3])
            #expect(unlabeled.strong.map(\.images.shape) == [[3, 32, 32, 3], [3, 32, 32, 3]])
            #expect(unlabeled.strong[0].images != unlabeled.strong[1].images)
        }
    }

    @Test(arguments: TrainingMethod.allCases) func unlabeledImagesCanBeFewer(method: TrainingMethod) throws {
        let data = try ExperimentData(try tiny(method, "training.batchSize=3", "training.unlabeledBatchSize=1"))
        let batch = try data.batch(at: 0)
        #expect(batch.labeled.images.shape[0] == (method.usesUnlabeled ? 3 : 4))
        #expect(batch.unlabeled?.weak.shape[0] == (method.usesUnlabeled ? 1 : nil))
    }

    @Test func labeledAndUnlabeledImagesAreApart() throws {
        let data = try ExperimentData(try tiny(.diffmatch))
        #expect(data.partition.labeled.count == 4 && data.partition.unlabeled.count == 12)
        var (labeled, unlabeled): (Set<String>, Set<String>) = ([], [])
        for step in 0..<6 {
            let batch = try data.batch(at: step)
            labeled.formUnion(batch.labeled.identifiers)
            unlabeled.formUnion(batch.unlabeled?.identifiers ?? [])
        }
        #expect(labeled == Set(data.partition.labeled.map { "training-\($0)" }))
        #expect(unlabeled == Set(data.partition.unlabeled.map { "training-\($0)" }), "six steps of two are one epoch")
    }

    @Test func batchesAreAFunctionOfSeedAndStep() throws {
        let data = try ExperimentData(try tiny(.diffmatch))
        _ = try data.batch(at: 1)
        let (one, again) = try (data.batch(at: 3), ExperimentData(try tiny(.diffmatch)).batch(at: 3))
        #expect(one.labeled.images == again.labeled.images)
        #expect(one.unlabeled?.strong[1].images == again.unlabeled?.strong[1].images)
        #expect(one.unlabeled?.strong[1].mixing == again.unlabeled?.strong[1].mixing)
        #expect(try data.batch(at: 4).labeled.images != one.labeled.images)
        let other = try ExperimentData(try tiny(.diffmatch, "seed=1"))
        #expect(other.partition == data.partition, "which images are labeled belongs to the data set")
        #expect(try other.batch(at: 3).labeled.images != one.labeled.images)
        #expect(try ExperimentData(try tiny(.diffmatch, "dataset.seed=9")).partition != data.partition)
    }

    @Test func imagesOfAPartAreNormalizedAlike() throws {
        let data = try ExperimentData(try tiny(.supervised))
        let (images, masks) = try data.images(of: .test, at: 1..<3)
        #expect(images.shape == [2, 32, 32, 3])
        let sample = try data.dataset.samples(of: .test).sample(at: 2)
        #expect(images[1] == data.batches.augmentation.normalization.normalized(sample.image))
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
