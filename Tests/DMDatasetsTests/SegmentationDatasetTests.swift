import DMDatasets
import DMTensors
import Foundation
import Testing

/// Data sets as a user of the library writes them: in memory, with the least that the protocols ask for.
@Suite("A data set of one's own")
struct OwnDatasetTests {
    /// The example of the documentation of `SegmentationDataset`.
    struct InMemoryDataset: SegmentationDataset, SegmentationSamples {
        let classNames: [String]
        let images: [Tensor<UInt8>]
        let masks: [Tensor<UInt8>?]

        var count: Int { images.count }
        func image(at index: Int) -> Tensor<UInt8> { images[index] }
        func labels(at index: Int) -> Tensor<UInt8>? { masks[index] }
    }

    /// Parts of one's own; labels that cannot be read.
    struct Unreadable: SegmentationDataset, SegmentationSamples {
        struct Refusal: Error {}
        let classNames = ["a", "b"]
        let count = 10
        func image(at index: Int) -> Tensor<UInt8> { Tensor(repeating: UInt8(index), shape: [8, 8, 3]) }
        func labels(at index: Int) throws -> Tensor<UInt8>? { throw Refusal() }

        func samples(of part: DatasetPart) -> DatasetSubset<Unreadable> {
            switch part {
            case .training: subset(0..<8)
            case .validation: subset([9, 8])
            case .test: subset([])
            }
        }
    }

    /// Images alone.
    struct Unlabeled: SegmentationDataset, SegmentationSamples {
        let classNames = ["a", "b"]
        let count = 3
        func image(at index: Int) -> Tensor<UInt8> { Tensor(repeating: 9, shape: [8, 8, 3]) }
    }

    /// Six images of 8 x 10 pixels, the last one without labels; image `i` shows the classes 0 and `i % 3`.
    static let own = InMemoryDataset(
        classNames: ["sky", "land", "sea"],
        images: (0..<6).map { Tensor(repeating: UInt8(40 * $0), shape: [8, 10, 3]) },
        masks: (0..<6).map { index in index == 5 ? nil : Tensor((0..<80).map { $0 < 60 ? 0 : UInt8(index % 3) }, shape: [8, 10]) })

    @Test("parts, colors, names and reading by halves have defaults")
    func defaults() throws {
        let training = Self.own.samples(of: .training)
        #expect(training.count == 6 && Self.own.samples(of: .validation).count == 0 && Self.own.samples(of: .test).count == 0)
        #expect(Self.own.palette.colors == Array(Palette.pascalVOC.colors.prefix(3)))
        #expect(training.identifier(at: 4) == "4" && training.listing(at: 4) == "4" && Self.own.identifiers(ofListed: "4") == ["4"])
        #expect((0..<6).map { training.isLabeled(at: $0) } == [true, true, true, true, true, false])
        let sample = try training.sample(at: 4)
        #expect(sample.identifier == "4" && sample.image == Self.own.images[4] && sample.mask == Self.own.masks[4])
        #expect(try Unlabeled().sample(at: 1).mask == nil && !Unlabeled().isLabeled(at: 1))
    }

    @Test("an unlabeled sample is read without its labels, and a subset keeps its order")
    func unreadableLabels() throws {
        let dataset = Unreadable()
        let validation = dataset.samples(of: .validation)
        #expect(validation.count == 2 && validation.identifier(at: 0) == "9" && validation.isLabeled(at: 0))
        #expect(try validation.unlabeledSample(at: 0).image.scalars.first == 9)
        #expect(throws: Unreadable.Refusal.self) { try validation.sample(at: 0) }
    }

    @Test("labels of another size than their image are an error with both sizes")
    func sizes() {
        let wrong = InMemoryDataset(
            classNames: ["a", "b"], images: [Tensor(repeating: 0, shape: [8, 10, 3])], masks: [Tensor(repeating: 0, shape: [8, 9])])
        let error = #expect(throws: DatasetError.self) { try wrong.sample(at: 0) }
        #expect(error?.description == "0: expected the size of its image, 10 x 8, found 9 x 8")
    }

    @Test("a check finds wrong sizes, labels that are no class, and what cannot be read")
    func check() throws {
        #expect(try DatasetCheck(of: Self.own).faults.isEmpty)
        var own = InMemoryDataset(
            classNames: ["a", "b"], images: Self.own.images, masks: Self.own.masks.map { _ in Tensor(repeating: 1, shape: [8, 10]) })
        #expect(try DatasetCheck(of: own).faults.isEmpty)
        own = InMemoryDataset(
            classNames: ["a", "b"], images: Array(own.images.prefix(3)),
            masks: [Tensor(repeating: 1, shape: [10, 8]), Tensor(repeating: 2, shape: [8, 10]), Tensor(repeating: 255, shape: [8, 10])])
        let check = try DatasetCheck(of: own)
        #expect(check.faults.map(\.kind) == [.sizesDiffer, .badLabel] && check.faults.map(\.path) == ["0", "1"])
        #expect(check.faults.last?.message == "expected the classes 0...1, 255 for 'ignore', found 2 (80 pixels)")
        let unreadable = try DatasetCheck(of: Unreadable())
        #expect(unreadable.faults.count == 10 && unreadable.faults.allSatisfy { $0.kind == .unreadable })
    }

    @Test("a partition labels the given images and no others, and reads back from its lists")
    func partition() throws {
        let partition = Partition(labeled: [4, 0, 2], of: Self.own)
        #expect(partition == Partition(labeled: [0, 2, 4], unlabeled: [1, 3, 5]))
        let lists = partition.lists(of: Self.own)
        #expect(lists.labeled == "0\n2\n4\n" && lists.unlabeled == "1\n3\n5\n")
        try Tree.temporary { tree in
            try tree.text("labeled.txt", lists.labeled)
            #expect(try Partition(labeled: SampleList(path: tree.path("labeled.txt")), unlabeled: nil, of: Self.own) == partition)
            try tree.text("labeled.txt", "5\n")
            let errors = #expect(throws: DatasetErrors.self) {
                try Partition(labeled: SampleList(path: tree.path("labeled.txt")), unlabeled: nil, of: Self.own)
            }
            #expect(errors?.errors.map(\.kind) == [.missingMask])
        }
    }

    @Test("an image beyond the training part stops a partition")
    func wrongPartition() async {
        await #expect(processExitsWith: .failure) { _ = Partition(labeled: [6], of: OwnDatasetTests.own) }
    }

    @Test("class shares, nested splits, samplers and batches need no more")
    func consumers() throws {
        let labeled = Self.own.subset(0..<5)
        let shares = try ClassShares(of: Self.own, classCount: 3)
        #expect(shares.images == 5 && shares.pixelCounts == [340, 40, 20])
        #expect(try shares == ClassShares(of: labeled, classCount: 3))
        let partition = try NestedSplit(of: labeled, classCount: 3, seed: 1).partition(fraction: 0.6)
        #expect(partition.labeled.count == 3 && (partition.labeled + partition.unlabeled).sorted() == Array(0..<5))

        let order = EpochSampler(count: partition.labeled.count, random: RandomSource(seed: 1))
        let batches = Prefetcher(of: 0..<2) { step in
            try LabeledBatch(
                order.batch(at: step, size: 2).map { try labeled.sample(at: partition.labeled[$0]) }, augmentation: .uniMatch(cropSize: 8),
                random: RandomSource(seed: 2).split(UInt64(step)))
        }
        while let batch = try batches.next() { #expect(batch.images.shape == [2, 8, 8, 3] && batch.masks.shape == [2, 8, 8]) }
        let unlabeled = UnlabeledBatch(
            [try Self.own.unlabeledSample(at: 5)], augmentation: .uniMatch(cropSize: 8), random: RandomSource(seed: 3))
        #expect(unlabeled.weak.shape == [1, 8, 8, 3] && unlabeled.strong.count == 2)
    }
}

@Suite("Center crops")
struct CenterCropTests {
    @Test("a crop is what a plain loop cuts out", arguments: [(9, 12, 5), (8, 7, 4), (5, 11, 7), (3, 3, 9), (6, 6, 6)])
    func loop(height: Int, width: Int, side: Int) {
        let labels = (0..<height * width).map { UInt8($0) }
        let sample = SegmentationSample(
            identifier: "a", image: Tensor(labels.flatMap { [$0, $0 &+ 1, $0 &+ 2] }, shape: [height, width, 3]),
            mask: Tensor(labels, shape: [height, width]))
        let (rows, columns) = (min(side, height), min(side, width))
        let (top, left) = ((height - rows) / 2, (width - columns) / 2)
        var expected: [UInt8] = []
        for row in top..<top + rows { for column in left..<left + columns { expected.append(labels[row * width + column]) } }
        let crop = sample.centerCropped(to: side)
        #expect(crop.mask == Tensor(expected, shape: [rows, columns]))
        #expect(crop.image == Tensor(expected.flatMap { [$0, $0 &+ 1, $0 &+ 2] }, shape: [rows, columns, 3]))
    }
}
