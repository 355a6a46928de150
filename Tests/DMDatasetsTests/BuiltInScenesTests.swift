import DMDatasets
import DMTensors
import Testing

@Suite("Built-in scenes")
struct BuiltInScenesTests {
    static let small = BuiltInScenes.Settings(seed: 3, trainingCount: 12, validationCount: 4, testCount: 6)

    @Test("a seed gives the same samples in any order; another seed gives others")
    func determinism() {
        let (first, second) = (BuiltInScenes(Self.small), BuiltInScenes(Self.small))
        let backwards = (0..<6).reversed().map { first.samples(of: .test).sample(at: $0) }
        for (index, sample) in zip((0..<6).reversed(), backwards) {
            let again = second.samples(of: .test).sample(at: index)
            #expect(sample.image == again.image && sample.mask == again.mask && sample.identifier == again.identifier)
        }
        var settings = Self.small
        settings.seed = 4
        #expect(BuiltInScenes(settings).samples(of: .test).sample(at: 0).image != first.samples(of: .test).sample(at: 0).image)
    }

    @Test("threads read the same samples as one after the other")
    func concurrentReading() async {
        let samples = BuiltInScenes(Self.small).samples(of: .training)
        let masks = await withTaskGroup(of: (Int, Tensor<UInt8>).self, returning: [Int: Tensor<UInt8>].self) { group in
            for index in 0..<samples.count { group.addTask { (index, samples.mask(at: index)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for index in 0..<samples.count { #expect(masks[index] == samples.sample(at: index).mask) }
    }

    @Test("the parts differ from each other")
    func parts() {
        let scenes = BuiltInScenes(Self.small)
        let images = DatasetPart.allCases.map { scenes.samples(of: $0).sample(at: 0).image }
        #expect(images[0] != images[1] && images[1] != images[2] && images[0] != images[2])
    }

    @Test("the training part is long-tailed, the most frequent class at least 100 times the least frequent one", arguments: [1, 8])
    func longTail(seed: UInt64) throws {
        let shares = Self.shares(of: .training, in: BuiltInScenes(seed: seed))
        let ratio = try #require(shares.headToTailRatio)
        #expect(ratio >= 100 && ratio < 150)
        #expect(shares.imageCounts.allSatisfy { $0 >= 40 })
        // The objects come in falling order of frequency.
        #expect(shares.pixelCounts[4...].sorted(by: >) == Array(shares.pixelCounts[4...]))
        #expect(shares.headToTail.suffix(5) == [5, 6, 7, 8, 9])
    }

    @Test("every class has at least 50 test images")
    func testPart() {
        #expect(Self.shares(of: .test, in: BuiltInScenes(seed: 1)).imageCounts.allSatisfy { $0 >= 50 })
    }

    @Test("rare objects are not small: 16 pixels high and wide wherever they appear")
    func objectSizes() {
        let samples = BuiltInScenes(seed: 5).samples(of: .test)
        for index in 0..<60 {
            let mask = samples.mask(at: index)
            for label in UInt8(6)...9 {
                guard let (height, width) = Self.extent(of: label, in: mask) else { continue }
                #expect(height >= 16 && width >= 16, "\(SceneClass.allCases[Int(label)]) in image \(index)")
            }
        }
    }

    @Test("the settings choose size, classes and ratio")
    func settings() throws {
        let settings = BuiltInScenes.Settings(
            seed: 2, side: 64, classCount: 12, headToTailRatio: 40, trainingCount: 120, validationCount: 2, testCount: 2)
        let scenes = BuiltInScenes(settings)
        #expect(scenes.classNames.count == 12 && scenes.classNames.first == "sky" && scenes.classNames.last == "bale")
        #expect(scenes.samples(of: .training).sample(at: 0).image.shape == [64, 64, 3])
        let shares = Self.shares(of: .training, in: scenes)
        let ratio = try #require(shares.headToTailRatio)
        #expect(shares.pixelCounts.allSatisfy { $0 > 0 })
        #expect(ratio > 25 && ratio < 80)
    }

    @Test("names and colors of the classes are distinct")
    func classNames() {
        #expect(Set(SceneClass.allCases.map(\.name)).count == SceneClass.allCases.count)
        #expect(Set(SceneClass.allCases.map(\.color)).count == SceneClass.allCases.count)
    }

    @Test("an index beyond the part stops the program")
    func beyondTheEnd() async {
        await #expect(processExitsWith: .failure) {
            _ = BuiltInScenes(BuiltInScenes.Settings(trainingCount: 3)).samples(of: .training).sample(at: 3)
        }
    }

    /// Counted from the masks alone: painting images takes six times as long.
    static func shares(of part: DatasetPart, in scenes: BuiltInScenes) -> ClassShares {
        let samples = scenes.samples(of: part)
        var shares = ClassShares(classCount: scenes.classNames.count)
        for index in 0..<samples.count { shares.add(samples.mask(at: index)) }
        return shares
    }

    /// Height and width of the rectangle around all pixels of a label.
    static func extent(of label: UInt8, in mask: Tensor<UInt8>) -> (height: Int, width: Int)? {
        let labels = mask.scalars
        let places = labels.indices.filter { labels[$0] == label }
        let rows = places.map { $0 / mask.shape[1] }
        let columns = places.map { $0 % mask.shape[1] }
        guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(), let right = columns.max() else { return nil }
        return (bottom - top + 1, right - left + 1)
    }
}
