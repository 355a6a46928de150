import DMDiffusion
import DMTensors
import Testing

@Suite struct CleanMaskEstimateTests {
    private let encoding = LabelEncoding.oneHot(classCount: 3, scale: 0.1)
    private let probabilities = Tensor<Float>([0.2, 0.5, 0.3, 1, 0, 0], shape: [1, 1, 2, 3])

    @Test func meanIsTheExpectedCode() {
        var random = RandomSource(seed: 1)
        let estimate = CleanMaskEstimate.mean.cleanMask(for: probabilities, in: encoding, random: &random)
        for (entry, expected) in zip(estimate.scalars, [-0.06, 0, -0.04, 0.1, -0.1, -0.1] as [Float]) {
            #expect(abs(entry - expected) < 1e-7)
        }
        #expect(random == RandomSource(seed: 1))
    }

    @Test func modeIsTheCodeOfTheMostProbableClass() {
        var random = RandomSource(seed: 1)
        let estimate = CleanMaskEstimate.mode.cleanMask(for: probabilities, in: encoding, random: &random)
        #expect(estimate == encoding.encode(Tensor([1, 0], shape: [1, 1, 2])))
        #expect(random == RandomSource(seed: 1))
    }

    @Test func drawsFollowTheProbabilities() {
        let (pixelCount, shares) = (20_000, [0.2, 0.5, 0.3])
        var random = RandomSource(seed: 3)
        let pixels = probabilities.sliced(along: 2, from: 0, to: 1).broadcast(to: [1, 1, pixelCount, 3])
        let estimate = CleanMaskEstimate.draw.cleanMask(for: pixels, in: encoding, random: &random)
        let classes = encoding.decode(estimate).scalars
        let counts = (0..<3).map { label in classes.count { $0 == label } }
        #expect(counts.reduce(0, +) == pixelCount)
        let statistic = ChiSquare.statistic(counts: counts, probabilities: shares)
        #expect(statistic < ChiSquare.criticalValueForThreeClasses(falseAlarm: 1e-6))
    }

    @Test func drawsNeverTakeAnImpossibleClass() {
        var random = RandomSource(seed: 4)
        // The sum falls short of 1, as rounding may leave it: the last possible class takes the rest.
        let pixels = Tensor<Float>([0, 0.5, 0]).reshaped(to: [1, 3]).broadcast(to: [1000, 3])
        #expect(drawnClasses(from: pixels, random: &random).scalars.allSatisfy { $0 == 1 })
    }

    @Test func drawsAreReproducible() {
        let pixels = Tensor<Float>(repeating: 1.0 / 3, shape: [500, 3])
        var (first, second, other) = (RandomSource(seed: 7), RandomSource(seed: 7), RandomSource(seed: 8))
        let drawn = drawnClasses(from: pixels, random: &first)
        #expect(drawn == drawnClasses(from: pixels, random: &second))
        #expect(drawn != drawnClasses(from: pixels, random: &other))
    }
}
