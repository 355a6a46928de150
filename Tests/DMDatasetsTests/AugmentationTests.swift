import DMDatasets
import DMTensors
import DMTestSupport
import Testing

@Suite("Weak augmentation")
struct WeakTransformTests {
    static let sample = BuiltInScenes(BuiltInScenesTests.small).samples(of: .training).sample(at: 2)
    static let augmentation = Augmentation(cropSize: 64)

    /// Each pixel's color tells its class, so that a view's mask can be worked out from its image.
    static let coded: SegmentationSample = {
        let labels = (0..<600).map { pixel -> UInt8 in
            let (row, column) = (pixel / 30, pixel % 30)
            return UInt8(column / 10 + row / 10 * 3)
        }
        let image = Tensor(labels.flatMap { [$0 * 40, $0 * 40, $0 * 40] }, shape: [20, 30, 3])
        return SegmentationSample(identifier: "coded", image: image, mask: Tensor(labels, shape: [20, 30]))
    }()

    @Test("the view of everything at its own size is the image itself")
    func identity() {
        let view = WeakTransform(scaledHeight: 96, scaledWidth: 96, top: 0, left: 0, isFlipped: false, side: 96)(Self.sample)
        #expect(view.image.bytes == Self.sample.image)
        #expect(view.mask == Self.sample.mask)
    }

    @Test("a crop shows what lies there")
    func crop() {
        let view = WeakTransform(scaledHeight: 20, scaledWidth: 30, top: 4, left: 7, isFlipped: false, side: 12)(Self.coded)
        let labels = Self.coded.mask!.scalars
        let expected = (0..<144).map { pixel -> UInt8 in
            let (row, column) = (pixel / 12 + 4, pixel % 12 + 7)
            return labels[row * 30 + column]
        }
        #expect(view.mask.scalars == expected)
        #expect(view.image.bytes.scalars == expected.flatMap { [$0 * 40, $0 * 40, $0 * 40] })
    }

    @Test("a flip exchanges left and right of image and mask, padding included")
    func flip() {
        let plain = WeakTransform(scaledHeight: 20, scaledWidth: 30, top: 0, left: 0, isFlipped: false, side: 32)(Self.coded)
        let flipped = WeakTransform(scaledHeight: 20, scaledWidth: 30, top: 0, left: 0, isFlipped: true, side: 32)(Self.coded)
        for row in 0..<32 {
            #expect(plain.mask.scalars[row * 32..<row * 32 + 32].reversed() == Array(flipped.mask.scalars[row * 32..<row * 32 + 32]))
        }
        #expect(plain.image.scalars[0] == flipped.image.scalars[31 * 3])
    }

    @Test("what lies beyond the image is black and ignored")
    func padding() {
        let view = WeakTransform(scaledHeight: 20, scaledWidth: 30, top: 0, left: 0, isFlipped: false, side: 40)(Self.coded)
        for row in 0..<40 {
            for column in 0..<40 where row >= 20 || column >= 30 {
                #expect(view.mask.scalars[row * 40 + column] == 255 && view.image.scalars[(row * 40 + column) * 3] == 0)
            }
        }
        #expect(view.mask.scalars.filter { $0 != 255 }.count == 600)
    }

    @Test("mask and image stay aligned at any scale", arguments: [(10, 15), (40, 60), (27, 41)])
    func alignment(height: Int, width: Int) {
        let view = WeakTransform(scaledHeight: height, scaledWidth: width, top: 0, left: 0, isFlipped: false, side: 64)(Self.coded)
        let (labels, pixels) = (view.mask.scalars, view.image.bytes.scalars)
        // A pixel is a blend of the classes next to it.
        for row in 0..<height {
            for column in 0..<width {
                let near = (max(0, row - 1)...min(height - 1, row + 1)).flatMap { y in
                    (max(0, column - 1)...min(width - 1, column + 1)).map { x in Int(labels[y * 64 + x]) }
                }
                let level = Int(pixels[(row * 64 + column) * 3])
                #expect(level >= 40 * near.min()! - 1 && level <= 40 * near.max()! + 1)
            }
        }
    }

    @Test("scaling keeps the mean brightness")
    func brightness() {
        func mean(_ view: AugmentedImage) -> Float { view.image.scalars.reduce(0, +) / Float(view.image.count) }
        let full = mean(WeakTransform(scaledHeight: 96, scaledWidth: 96, top: 0, left: 0, isFlipped: false, side: 96)(Self.sample))
        let half = mean(WeakTransform(scaledHeight: 48, scaledWidth: 48, top: 0, left: 0, isFlipped: false, side: 48)(Self.sample))
        let twice = mean(WeakTransform(scaledHeight: 192, scaledWidth: 192, top: 0, left: 0, isFlipped: false, side: 192)(Self.sample))
        #expect(abs(full - half) < 0.003 && abs(full - twice) < 0.003)
    }

    @Test("draws keep to their ranges and reach both ends")
    func draws() {
        var random = RandomSource(seed: 1)
        let views = (0..<400).map { _ in WeakTransform(height: 60, width: 100, augmentation: Self.augmentation, using: &random) }
        #expect(
            views.allSatisfy { $0.scaledWidth >= 50 && $0.scaledWidth <= 200 && abs($0.scaledHeight * 100 - $0.scaledWidth * 60) <= 50 })
        #expect(views.allSatisfy { $0.top >= 0 && $0.top <= max(0, $0.scaledHeight - 64) && $0.left <= max(0, $0.scaledWidth - 64) })
        #expect(views.map(\.scaledWidth).min()! < 55 && views.map(\.scaledWidth).max()! > 195)
        let flips = views.filter(\.isFlipped).count
        #expect(flips > 150 && flips < 250)
    }

    @Test("an image without labels has a mask that tells image from padding")
    func unlabeled() {
        let blind = SegmentationSample(identifier: "blind", image: Self.coded.image, mask: nil)
        let view = WeakTransform(scaledHeight: 20, scaledWidth: 30, top: 0, left: 0, isFlipped: false, side: 32)(blind)
        #expect(Set(view.mask.scalars) == [0, 255] && view.mask.scalars.filter { $0 == 0 }.count == 600)
    }
}

@Suite("Strong augmentation")
struct StrongTransformTests {
    static let image = WeakTransformTests.sample.image.unitInterval

    static func largestChange(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Float {
        zip(x.scalars, y.scalars).map { abs($0 - $1) }.max() ?? 0
    }

    @Test("a view without changes is the image itself")
    func identity() { #expect(StrongTransform()(Self.image) == Self.image) }

    @Test(
        "factors of 1 and a turn of 0 change nothing but rounding",
        arguments: [
            StrongTransform.ColorChange.brightness(1), .contrast(1), .saturation(1), .hue(0), .hue(1),
        ])
    func neutral(change: StrongTransform.ColorChange) {
        #expect(Self.largestChange(StrongTransform(colorChanges: [change])(Self.image), Self.image) < 1e-5)
    }

    @Test("each change does what it says")
    func changes() {
        let pixel = Tensor<Float>([0.8, 0.4, 0.2], shape: [1, 1, 3])
        func changed(_ change: StrongTransform.ColorChange) -> [Float] { StrongTransform(colorChanges: [change])(pixel).scalars }
        func near(_ x: [Float], _ y: [Float]) -> Bool { zip(x, y).allSatisfy { abs($0 - $1) < 1e-5 } }
        let gray: Float = 0.299 * 0.8 + 0.587 * 0.4 + 0.114 * 0.2
        #expect(near(changed(.brightness(0.5)), [0.4, 0.2, 0.1]))
        #expect(near(changed(.brightness(2)), [1, 0.8, 0.4]))
        #expect(near(changed(.contrast(0)), [gray, gray, gray]))
        #expect(near(changed(.saturation(0)), [gray, gray, gray]))
        // A third of the circle turns red into green.
        #expect(near(changed(.hue(1.0 / 3)), [0.2, 0.8, 0.4]))
        #expect(near(changed(.hue(-1.0 / 3)), [0.4, 0.2, 0.8]))
    }

    @Test("a gray image has no hue or saturation to change")
    func gray() {
        let gray = StrongTransform(isGrayscale: true)(Self.image)
        #expect(gray.scalars[0] == gray.scalars[1] && gray.scalars[1] == gray.scalars[2])
        #expect(Self.largestChange(StrongTransform(colorChanges: [.hue(0.2), .saturation(1.5)])(gray), gray) < 1e-5)
    }

    @Test("blur spreads a point as a Gaussian does and leaves even areas alone")
    func blur() {
        var point = Tensor<Float>(repeating: 0, shape: [21, 21, 3])
        point.withUnsafeMutableElements { $0[(10 * 21 + 10) * 3] = 1 }
        let blurred = StrongTransform(blurSigma: 1.5)(point).scalars
        #expect(abs(blurred.reduce(0, +) - 1) < 1e-5)
        var variance: Float = 0
        for row in 0..<21 { for column in 0..<21 { variance += blurred[(row * 21 + column) * 3] * Float((row - 10) * (row - 10)) } }
        #expect(abs(variance - 2.25) < 0.05)
        let even = Tensor<Float>(repeating: 0.3, shape: [9, 7, 3])
        #expect(Self.largestChange(StrongTransform(blurSigma: 2)(even), even) < 1e-6)
    }

    @Test("drawn views stay within [0, 1], repeat with their seed, and occur as often as they should")
    func draws() {
        var random = RandomSource(seed: 9)
        let views = (0..<500).map { _ in StrongTransform(StrongAugmentation(), using: &random) }
        func share(_ holds: (StrongTransform) -> Bool) -> Double { Double(views.filter(holds).count) / 500 }
        #expect(abs(share { !$0.colorChanges.isEmpty } - 0.8) < 0.06)
        #expect(abs(share(\.isGrayscale) - 0.2) < 0.06)
        #expect(abs(share { $0.blurSigma != nil } - 0.5) < 0.07)
        for view in views.prefix(5) { #expect(view(Self.image).scalars.allSatisfy { $0 >= 0 && $0 <= 1 }) }
        var again = RandomSource(seed: 9)
        #expect(StrongTransform(StrongAugmentation(), using: &again) == views[0])
    }
}

@Suite("CutMix")
struct CutMixTests {
    @Test("boxes lie inside the image and keep to their area")
    func bounds() {
        var random = RandomSource(seed: 4)
        let boxes = (0..<400).map { _ in CutMixBox(side: 50, parameters: CutMix(), using: &random) }
        let drawn = boxes.compactMap(\.self)
        #expect(drawn.count > 150 && drawn.count < 250)
        for box in drawn {
            #expect(box.rows.lowerBound >= 0 && box.rows.upperBound <= 50 && box.columns.lowerBound >= 0 && box.columns.upperBound <= 50)
            let area = box.rows.count * box.columns.count
            #expect(area >= 24 && area <= 1000)
        }
    }

    @Test("a box pastes its pixels and no others")
    func paste() {
        let source = Tensor<UInt8>(repeating: 7, shape: [4, 5])
        var target = Tensor<UInt8>(repeating: 0, shape: [4, 5])
        CutMixBox(rows: 1..<3, columns: 2..<5).paste(source, into: &target)
        #expect(target.scalars == [0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 7, 7, 7, 0, 0, 0, 0, 0])
    }

    @Test("a mixing takes every box from its partner as it was before")
    func mixing() {
        let mixing = CutMixBoxes(
            boxes: [CutMixBox(rows: 0..<2, columns: 0..<1), CutMixBox(rows: 0..<1, columns: 0..<2), nil], partners: [1, 0, 0])
        let maps = Tensor<UInt8>([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], shape: [3, 2, 2])
        #expect(mixing.mixed(maps).scalars == [2, 1, 2, 1, 1, 1, 2, 2, 3, 3, 3, 3])
        let channels = Tensor<Float>((0..<24).map(Float.init), shape: [3, 2, 2, 2])
        #expect(mixing.mixed(channels).scalars.prefix(8) == [8, 9, 2, 3, 12, 13, 6, 7])
    }

    @Test("no image is its own partner", arguments: 2...6)
    func partners(count: Int) {
        var random = RandomSource(seed: UInt64(count))
        let mixing = CutMixBoxes(count: count, side: 16, parameters: CutMix(), using: &random)
        #expect(mixing.partners.sorted() == Array(0..<count))
        #expect(mixing.partners.enumerated().allSatisfy { $0 != $1 })
    }
}

@Suite("Training batches")
struct TrainingBatchTests {
    static let samples = (0..<3).map { BuiltInScenes(BuiltInScenesTests.small).samples(of: .training).sample(at: $0) }
    static let augmentation = Augmentation(cropSize: 48)

    @Test("a labeled batch has the shapes and the numbers of its views")
    func labeled() {
        let batch = LabeledBatch(Self.samples, augmentation: Self.augmentation, random: RandomSource(seed: 1))
        #expect(batch.images.shape == [3, 48, 48, 3] && batch.masks.shape == [3, 48, 48])
        #expect(batch.identifiers == ["training-0", "training-1", "training-2"])
        let again = LabeledBatch(Self.samples, augmentation: Self.augmentation, random: RandomSource(seed: 1))
        #expect(batch.images == again.images && batch.masks == again.masks)
        let other = LabeledBatch(Self.samples, augmentation: Self.augmentation, random: RandomSource(seed: 2))
        #expect(batch.images != other.images)
    }

    @Test("an image without labels stops a labeled batch, whose pixels would else all be of the first class")
    func unlabeledInLabeled() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let sample = SegmentationSample(identifier: "x", image: Tensor(repeating: 0, shape: [8, 8, 3]), mask: nil)
            _ = LabeledBatch([sample], augmentation: .uniMatch(cropSize: 8), random: RandomSource(seed: 1))
        }
        #expect(message(result.standardErrorContent).contains("'x' has no labels"))
    }

    @Test("an unlabeled batch never sees masks; its strong views differ from the weak one and from each other")
    func unlabeled() {
        let batch = UnlabeledBatch(Self.samples, augmentation: Self.augmentation, random: RandomSource(seed: 1))
        #expect(batch.weak.shape == [3, 48, 48, 3] && batch.ignored.shape == [3, 48, 48] && batch.strong.count == 2)
        #expect(Set(batch.ignored.scalars).isSubset(of: [0, 255]))
        #expect(batch.strong[0].images != batch.weak && batch.strong[0].images != batch.strong[1].images)
        // The same stream draws the same weak views, labeled or not.
        #expect(LabeledBatch(Self.samples, augmentation: Self.augmentation, random: RandomSource(seed: 1)).images == batch.weak)
    }

    @Test("a strong view without changes or boxes is the weak view")
    func identity() {
        var augmentation = Self.augmentation
        augmentation.strong = StrongAugmentation(jitterProbability: 0, grayscaleProbability: 0, blurProbability: 0)
        augmentation.cutMix.probability = 0
        let batch = UnlabeledBatch(Self.samples, augmentation: augmentation, strongViews: 1, random: RandomSource(seed: 1))
        #expect(batch.strong[0].images == batch.weak)
    }

    @Test("views that are ready make a batch of any size, and stop the program where they do not pair up")
    func readyViews() async throws {
        let images = Tensor<Float>(repeating: 0, shape: [1, 6, 8, 3])
        let (masks, mixing) = (Tensor<UInt8>(repeating: 0, shape: [1, 6, 8]), CutMixBoxes(boxes: [nil], partners: [0]))
        #expect(LabeledBatch(identifiers: ["a"], images: images, masks: masks).images.shape == [1, 6, 8, 3])
        let strong = StrongBatch(images: images, mixing: mixing)
        #expect(UnlabeledBatch(identifiers: ["a"], weak: images, ignored: masks, strong: [strong]).strong.count == 1)

        let turned = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let images = Tensor<Float>(repeating: 0, shape: [1, 6, 8, 3])
            _ = LabeledBatch(identifiers: ["a"], images: images, masks: Tensor(repeating: 0, shape: [1, 8, 6]))
        }
        #expect(message(turned.standardErrorContent).contains("images [1, 6, 8, 3] and masks [1, 8, 6] do not pair up"))
        let missing = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let images = Tensor<Float>(repeating: 0, shape: [1, 6, 8, 3])
            _ = StrongBatch(images: images, mixing: CutMixBoxes(boxes: [nil, nil], partners: [1, 0]))
        }
        #expect(message(missing.standardErrorContent).contains("boxes of 2 images do not fit [1, 6, 8, 3]"))
    }

    @Test("normalization gives mean 0 and deviation 1 where the data has the statistics")
    func normalization() {
        let normalization = ImageNormalization(mean: [0.2, 0.4, 0.6], deviation: [0.1, 0.2, 0.5])
        let result = normalization.normalized(Tensor<Float>([0.2, 0.4, 0.6, 0.3, 0.6, 1.1], shape: [2, 1, 3])).scalars
        #expect(zip(result, [0, 0, 0, 1, 1, 1]).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(ImageNormalization.centered.normalized(Tensor<UInt8>([0, 255, 255], shape: [1, 1, 3])).scalars == [-1, 1, 1])
    }
}
