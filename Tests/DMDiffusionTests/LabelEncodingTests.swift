import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite("Label encodings")
struct LabelEncodingTests {
    private static let classCounts = [1, 2, 3, 4, 7, 8, 15, 16, 19, 21, 31, 32, 81, 255]

    /// Every kind of encoding for a number of classes; the embedding is random.
    private func encodings(classCount: Int) -> [LabelEncodingKind: LabelEncoding] {
        var random = RandomSource(seed: UInt64(classCount))
        let table: Tensor<Float> = random.normal(shape: [classCount + 1, 24])
        return Dictionary(
            uniqueKeysWithValues: LabelEncodingKind.allCases.map { kind in
                switch kind {
                case .embedding: (kind, LabelEncoding(codes: (table.sigmoid() * 2 - 1) * 0.1))
                case .oneHot: (kind, .oneHot(classCount: classCount, scale: 0.1))
                case .analogBits: (kind, .analogBits(classCount: classCount, scale: 0.1))
                }
            })
    }

    @Test("decoding inverts encoding", arguments: classCounts)
    func decodingInvertsEncoding(classCount: Int) {
        let classes = Tensor<Int32>((0...Int32(classCount)) + (0...Int32(classCount)).reversed(), shape: [2, 1, classCount + 1])
        for (kind, encoding) in encodings(classCount: classCount) {
            let mask = encoding.encode(classes)
            #expect(mask.shape == [2, 1, classCount + 1, encoding.channelCount])
            #expect(encoding.decode(mask) == classes, "\(kind)")
            #expect(encoding.classCount == classCount && encoding.noLabel == Int32(classCount))
        }
    }

    @Test("codes keep within the scale", arguments: classCounts)
    func codesKeepWithinTheScale(classCount: Int) {
        for (kind, encoding) in encodings(classCount: classCount) {
            #expect(encoding.codes.absoluteValue().maximum() <= 0.1, "\(kind)")
        }
    }

    @Test("channels of each kind")
    func channelsOfEachKind() {
        #expect(LabelEncoding.oneHot(classCount: 3, scale: 1).codes.scalars == [1, -1, -1, -1, 1, -1, -1, -1, 1, -1, -1, -1])
        #expect(LabelEncoding.analogBits(classCount: 3, scale: 1).codes.scalars == [-1, -1, 1, -1, -1, 1, 1, 1])
        let digits = LabelEncodingTests.classCounts.map { LabelEncoding.analogBits(classCount: $0, scale: 1).channelCount }
        #expect(digits == [1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 7, 8])
    }

    @Test("the mean is the expected code", arguments: [2, 5, 21])
    func meanIsTheExpectedCode(classCount: Int) {
        var random = RandomSource(seed: 5)
        let logits: Tensor<Float> = random.normal(shape: [2, 3, 2, classCount])
        let probabilities = logits.softmax()
        for (kind, encoding) in encodings(classCount: classCount) {
            let mean = encoding.mean(of: probabilities)
            #expect(mean.shape == [2, 3, 2, encoding.channelCount])
            let (codes, shares) = (encoding.codes.scalars, probabilities.scalars)
            for (index, entry) in mean.scalars.enumerated() {
                let (pixel, channel) = index.quotientAndRemainder(dividingBy: encoding.channelCount)
                let expected = (0..<classCount).reduce(Float(0)) {
                    $0 + shares[pixel * classCount + $1] * codes[$1 * encoding.channelCount + channel]
                }
                #expect(abs(entry - expected) < 1e-6, "\(kind)")
            }
        }
    }

    @Test("noise is decoded to the nearest code")
    func noiseIsDecodedToTheNearestCode() {
        let encoding = LabelEncoding.oneHot(classCount: 4, scale: 0.1)
        var random = RandomSource(seed: 8)
        let mask: Tensor<Float> = random.normal(shape: [1, 8, 8, 4])
        let (codes, entries) = (encoding.codes.scalars, mask.scalars)
        for (pixel, label) in encoding.decode(mask).scalars.enumerated() {
            let distances = (0...4).map { code in
                (0..<4).reduce(Float(0)) { $0 + pow(entries[pixel * 4 + $1] - codes[code * 4 + $1], 2) }
            }
            #expect(distances[Int(label)] == distances.min())
        }
    }

    @Test("stops at wrong shapes")
    func stopsAtWrongShapes() async {
        await #expect(processExitsWith: .failure) { _ = LabelEncoding(codes: Tensor(repeating: 0, shape: [4])) }
        await #expect(processExitsWith: .failure) { _ = LabelEncoding.oneHot(classCount: 0, scale: 1) }
        await #expect(processExitsWith: .failure) { _ = LabelEncoding.analogBits(classCount: 2, scale: 0) }
        await #expect(processExitsWith: .failure) {
            _ = LabelEncoding.oneHot(classCount: 3, scale: 1).mean(of: Tensor(repeating: 0, shape: [1, 2, 2, 4]))
        }
        await #expect(processExitsWith: .failure) {
            _ = LabelEncoding.oneHot(classCount: 3, scale: 1).decode(Tensor(repeating: 0, shape: [1, 2, 2, 2]))
        }
    }
}

@Suite("The coarse grid of labels")
struct LabelGridTests {
    @Test("corners are aligned")
    func cornersAreAligned() {
        // 513 points at a quarter of the resolution: every fourth pixel, corners included.
        let row = Tensor<Int32>((0..<513).map { Int32($0) }, shape: [1, 1, 513])
        let labels = LabelGrid(height: 1, width: 129, classCount: 1000).labels(of: row)
        #expect(labels.scalars == (0..<129).map { Int32(4 * $0) })
    }

    @Test("follows the formula on both axes", arguments: [(7, 3), (8, 3), (9, 4), (5, 5), (3, 6), (11, 1), (1, 4)])
    func followsTheFormulaOnBothAxes(full: Int, coarse: Int) {
        let mask = Tensor<Int32>((0..<Int32(2 * full * full)).map { $0 }, shape: [2, full, full])
        let labels = LabelGrid(height: coarse, width: coarse, classCount: 2 * full * full).labels(of: mask)
        let sources = (0..<coarse).map { index in
            coarse == 1 ? 0 : Int((Double(index * (full - 1)) / Double(coarse - 1)).rounded())
        }
        let expected = (0..<2).flatMap { entry in
            sources.flatMap { row in sources.map { column in Int32((entry * full + row) * full + column) } }
        }
        #expect(labels.shape == [2, coarse, coarse])
        #expect(labels.scalars == expected)
    }

    @Test("ignored pixels have no label")
    func ignoredPixelsHaveNoLabel() {
        let mask = Tensor<Int32>([0, 1, 2, 255, 3, -1], shape: [1, 2, 3])
        let grid = LabelGrid(height: 2, width: 3, classCount: 3)
        #expect(grid.labels(of: mask).scalars == [0, 1, 2, 3, 3, 3])
    }

    @Test("stops at wrong shapes")
    func stopsAtWrongShapes() async {
        await #expect(processExitsWith: .failure) {
            _ = LabelGrid(height: 2, width: 2, classCount: 3).labels(of: Tensor(repeating: 0, shape: [4, 4]))
        }
    }
}
