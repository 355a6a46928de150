import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMFormats
import DMTensors
import DiffMatch
import Testing

@Suite struct EqualSizedBatchesTests {
    @Test(arguments: [1, 2, 16]) func imagesComeInOrderAndOnce(limit: Int) throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            // Sides in this order: 40, 48, 48, 40, 48, 48, 40, 48.
            try AtomicFile.write((0..<8).map { "0\($0)\n" }.joined(), to: "\(root)/val.txt")
            try AtomicFile.write("12\n13\n", to: "\(root)/labeled.txt")
            let data = try ExperimentData(UserFolder.settings(root))
            let samples = data.dataset.samples(of: .validation)
            var batches = EqualSizedBatches(samples, normalization: .imageNet, limit: limit)
            var starts: [Int] = []
            while let batch = try batches.next() {
                starts.append(batch.start)
                for number in 0..<batch.images.shape[0] {
                    let sample = try samples.sample(at: batch.start + number)
                    #expect(batch.images[number] == data.batches.augmentation.normalization.normalized(sample.image))
                    #expect(batch.masks[number] == Tensor(converting: try #require(sample.mask)))
                }
            }
            #expect(starts == (limit == 1 ? Array(0..<8) : [0, 1, 3, 4, 6, 7]))
        }
    }

    @Test func aPartIsCroppedBeforeItsSizesAreCompared() throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            let samples = try ExperimentData(UserFolder.settings(root)).dataset.samples(of: .validation)
            var batches = EqualSizedBatches(samples, normalization: .imageNet, limit: 4, crop: 33)
            #expect(try batches.next()?.images.shape == [2, 33, 33, 3])
            let after = try batches.next()
            #expect(after.map(\.start) == nil)
        }
    }

    @Test func imagesAreResizedAndMasksAreNot() throws {
        try withTemporaryFolder { root in
            try UserFolder.write(at: root)
            let data = try ExperimentData(UserFolder.settings(root))
            var batches = EqualSizedBatches(data.dataset.samples(of: .validation), normalization: .imageNet, limit: 1, scale: 0.5)
            let batch = try #require(try batches.next())
            let sample = try data.dataset.samples(of: .validation).sample(at: 0)
            let (height, width) = (sample.image.shape[0], sample.image.shape[1])
            #expect(height == width)
            #expect(batch.masks.shape == [1, height, width])
            // The training view of the whole image at half its size.
            let view = WeakTransform(
                scaledHeight: height / 2, scaledWidth: width / 2, top: 0, left: 0, isFlipped: false, side: height / 2)
            #expect(batch.images[0] == data.batches.augmentation.normalization.normalized(view(sample).image))
        }
    }
}
