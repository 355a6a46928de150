import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite struct LabelEncodingTests {
    private static let classCounts = [1, 2, 3, 4, 7, 8, 15, 16, 19, 21, 31, 32, 81, 255]

    /// Every kind of encoding for a number of classes; the class table is random.
    private func encodings(classCount: Int) -> [LabelEncodingKind: LabelEncoding] {
        var random = RandomSource(seed: UInt64(classCount))
        let table: Tensor<Float> = random.normal(shape: [classCount + 1, 24])
        return Dictionary(
            uniqueKeysWithValues: LabelEncodingKind.allCases.map { kind in
                switch kind {
                case .classTable: (kind, .classTable(table, scale: 0.1))
                case .oneHot: (kind, .oneHot(classCount: classCount, scale: 0.1))
                case .analogBits: (kind, .analogBits(classCount: classCount, scale: 0.1))
                }
            })
    }

    @Test(arguments: classCounts) func decodingInvertsEncoding(classCount: Int) {
        let classes = Tensor<Int32>((0...Int32(classCount)) + (0...Int32(classCount)).reversed(), shape: [2, 1, classCount + 1])
        for (kind, encoding) in encodings(classCount: classCount) {
            let mask = encoding.encode(classes)
            #expect(mask.shape == [2, 1, classCount + 1, encoding.channelCount])
            #expect(encoding.decode(mask) == classes, "\(kind)")
            #expect(encoding.classCount == classCount && encoding.noLabel == Int32(classCount))
        }
    }

    @Test(arguments: classCounts) func codesKeepWithinTheScale(classCount: Int) {
        for (kind, encoding) in encodings(classCount: classCount) {
            #expect(encoding.codes.absoluteValue().maximum() <= 0.1, "\(kind)")
        }
    }

    @Test func classTableFollowsItsFormula() {
        let table = Tensor<Float>([0, 1, -2, 3], shape: [2, 2])
        let codes = LabelEncoding.classTable(table, scale: 0.1).codes.scalars
        // 2 sigmoid(e) - 1 = tanh(e / 2).
        for (code, entry) in zip(codes, [0, 1, -2, 3] as [Float]) { #expect(abs(code - 0.1 * tanh(entry / 2)) < 1e-7) }
    }

    @Test func channelsOfEachKind() {
        #expect(LabelEncoding.oneHot(classCount: 3, scale: 1).codes.scalars == [1, -1, -1, -1, 1, -1, -1, -1, 1, -1, -1, -1])
        #expect(LabelEncoding.analogBits(classCount: 3, scale: 1).codes.scalars == [-1, -1, 1, -1, -1, 1, 1, 1])
        let digits = LabelEncodingTests.classCounts.map { LabelEncoding.analogBits(classCount: $0, scale: 1).channelCount }
        #expect(digits == [1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 7, 8])
    }

    @Test(arguments: [2, 5, 21]) func meanIsTheExpectedCode(classCount: Int) {
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

    @Test func noiseIsDecodedToTheNearestCode() {
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

    @Test func distancesInUnitsOfTheNoise() {
        // Two one-hot codes differ by 2b in two channels.
        let schedule = NoiseSchedule.cosine
        let oneHot = LabelEncoding.oneHot(classCount: 21, scale: 0.1).codeDistances(in: schedule, at: 0.5)
        let expected = 0.2 * 2.0.squareRoot() * schedule.alpha(at: 0.5) / schedule.sigma(at: 0.5)
        #expect(abs(oneHot.smallest - expected) < 1e-6 && abs(oneHot.mean - expected) < 1e-6)
        // Codes of two binary digits: four pairs differ in one digit, two pairs in both.
        let bits = LabelEncoding.analogBits(classCount: 3, scale: 1).codeDistances(in: schedule, at: 0.5)
        let unit = 2 * schedule.alpha(at: 0.5) / schedule.sigma(at: 0.5)
        #expect(abs(bits.smallest - unit) < 1e-6)
        #expect(abs(bits.mean - unit * (2 + 2.0.squareRoot()) / 3) < 1e-6)
    }

    @Test func stopsAtWrongShapes() async {
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
