import DMDatasets
import DMTensors
import Testing

@Suite("Class shares and partitions")
struct PartitionTests {
    static let presence = Array(repeating: Set([0, 1]), count: 60) + [[0, 2], [0, 3], [0, 2], [3]]
    static let order = NestedSplit(presence: presence, classCount: 4, seed: 5)

    @Test("shares count pixels and images and leave out what is no class")
    func classShares() {
        var shares = ClassShares(classCount: 3)
        shares.add(Tensor([0, 0, 0, 1, 255, 9], shape: [2, 3]))
        shares.add(Tensor([0, 0, 0, 0, 0, 0], shape: [2, 3]))
        #expect(shares.pixelCounts == [9, 1, 0] && shares.imageCounts == [2, 1, 0] && shares.images == 2)
        #expect(shares.shares == [0.9, 0.1, 0] && shares.headToTailRatio == 9)
        #expect(shares.headToTail == [0, 1, 2] && shares.tail == [2] && shares.head == [0, 1])
        #expect(ClassShares(classCount: 2).shares == [0, 0] && ClassShares(classCount: 2).headToTailRatio == nil)
    }

    @Test("smaller partitions lie inside larger ones", arguments: [UInt64(1), 2, 3])
    func nested(seed: UInt64) {
        let order = NestedSplit(presence: Self.presence, classCount: 4, seed: seed)
        let parts = [1.0 / 16, 1.0 / 8, 1.0 / 4, 1].map { order.partition(fraction: $0) }
        #expect(parts.map(\.labeled.count) == [4, 8, 16, 64])
        for (smaller, larger) in zip(parts, parts.dropFirst()) { #expect(Set(smaller.labeled).isSubset(of: larger.labeled)) }
        for part in parts { #expect((part.labeled + part.unlabeled).sorted() == Array(0..<64)) }
    }

    @Test("every class has labels even in the smallest partition, and two images where there is room", arguments: 0..<20)
    func coverage(seed: Int) {
        let order = NestedSplit(presence: Self.presence, classCount: 4, seed: UInt64(seed))
        func images(_ fraction: Double, _ label: Int) -> Int {
            order.partition(fraction: fraction).labeled.filter { Self.presence[$0].contains(label) }.count
        }
        for label in 0..<4 {
            #expect(images(1.0 / 16, label) >= 1)
            #expect(images(1.0 / 8, label) >= 2)
        }
    }

    @Test("a seed gives the same partition; seeds differ; classes that never occur are no obstacle")
    func seeds() {
        #expect(Self.order == NestedSplit(presence: Self.presence, classCount: 4, seed: 5))
        #expect(Self.order != NestedSplit(presence: Self.presence, classCount: 4, seed: 6))
        #expect(NestedSplit(presence: Self.presence, classCount: 7, seed: 5).indices.sorted() == Array(0..<64))
    }

    @Test("without coverage the order is a plain random one")
    func plain() {
        let order = NestedSplit(presence: Self.presence, classCount: 4, imagesPerClass: 0, seed: 5)
        #expect(order.indices.sorted() == Array(0..<64))
        #expect(order != Self.order)
    }

    @Test("the rarest class of the built-in scenes has two images in a sixteenth of the labels")
    func builtInScenes() throws {
        let samples = BuiltInScenes(seed: 1).samples(of: .training)
        let presence = (0..<samples.count).map { index in
            var shares = ClassShares(classCount: 10)
            shares.add(samples.mask(at: index))
            return Set((0..<10).filter { shares.imageCounts[$0] > 0 })
        }
        let labeled = NestedSplit(presence: presence, classCount: 10, seed: 1).partition(fraction: 1.0 / 16).labeled
        #expect(labeled.count == 50)
        for label in 0..<10 { #expect(labeled.filter { presence[$0].contains(label) }.count >= 2) }
    }

    @Test("an order is read from the masks of a data set, and a subset shows its samples")
    func ofSamples() throws {
        let samples = BuiltInScenes(BuiltInScenesTests.small).samples(of: .training)
        let order = try NestedSplit(of: samples, classCount: 10, seed: 1)
        let labeled = samples.subset(order.partition(fraction: 0.25).labeled)
        #expect(labeled.count == 3)
        #expect(try labeled.sample(at: 1).identifier == "training-\(labeled.indices[1])")
        let shares = try ClassShares(of: labeled, classCount: 10)
        #expect(shares.images == 3 && shares.pixelCounts.reduce(0, +) == 3 * 96 * 96)
    }

    @Test("a fraction beyond 1 stops the program")
    func wrongFraction() async {
        await #expect(processExitsWith: .failure) { _ = PartitionTests.order.partition(fraction: 1.5) }
    }
}

@Suite("Epoch sampler")
struct EpochSamplerTests {
    let sampler = EpochSampler(count: 7, random: RandomSource(seed: 3))

    @Test("every epoch is another permutation")
    func epochs() {
        let epochs = (0..<3).map { sampler.permutation(ofEpoch: $0) }
        for epoch in epochs { #expect(epoch.sorted() == Array(0..<7)) }
        #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
    }

    @Test("batches follow the positions across epochs, from any step on")
    func batches() {
        let positions = (0..<40).map { sampler.index(at: $0) }
        let batches = (0..<10).flatMap { sampler.batch(at: $0, size: 4) }
        #expect(batches == positions)
        #expect(sampler.batch(at: 1, size: 20) == Array(positions[20...]))
    }
}
