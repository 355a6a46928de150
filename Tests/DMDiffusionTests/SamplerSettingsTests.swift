import DMDiffusion
import DMTensors
import Testing

@Suite("Times of the reverse steps")
struct TimeGridTests {
    @Test("three asymmetric steps")
    func threeAsymmetricSteps() {
        let intervals = TimeGrid(steps: 3, timeDifference: 1).intervals
        #expect(
            intervals == [
                SamplingInterval(now: 0.999, next: 1.0 / 3), SamplingInterval(now: 2.0 / 3, next: 0),
                SamplingInterval(now: 1.0 / 3, next: 0),
            ])
    }

    @Test("plain steps form a chain", arguments: 1...5)
    func plainStepsFormAChain(count: Int) {
        let intervals = TimeGrid(steps: count, timeDifference: 0).intervals
        #expect(intervals.count == count)
        #expect(intervals.first?.now == 0.999)
        #expect(intervals.last?.next == 0)
        #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0.next == $1.now })
    }

    @Test("follows the formula", arguments: 1...5, 0...1)
    func followsTheFormula(count: Int, timeDifference: Int) {
        let intervals = TimeGrid(steps: count, timeDifference: timeDifference).intervals
        for (step, interval) in intervals.enumerated() {
            #expect(abs(interval.now - min(1 - Double(step) / Double(count), 0.999)) < 1e-15)
            #expect(abs(interval.next - max(0, 1 - Double(step + 1 + timeDifference) / Double(count))) < 1e-15)
            #expect(interval.next < interval.now)
        }
    }

    @Test("stops at steps that are none")
    func stopsAtStepsThatAreNone() async {
        await #expect(processExitsWith: .failure) { _ = TimeGrid(steps: 0) }
        await #expect(processExitsWith: .failure) { _ = TimeGrid(steps: 3, timeDifference: -1) }
        await #expect(processExitsWith: .failure) { _ = SamplingInterval(now: 0.2, next: 0.3) }
    }
}

@Suite("Estimates of the clean mask")
struct CleanMaskEstimateTests {
    private let encoding = LabelEncoding.oneHot(classCount: 3, scale: 0.1)
    private let probabilities = Tensor<Float>([0.2, 0.5, 0.3, 1, 0, 0], shape: [1, 1, 2, 3])

    @Test("the mean is the expected code")
    func meanIsTheExpectedCode() {
        var random = RandomSource(seed: 1)
        let estimate = CleanMaskEstimate.expectation.cleanMask(for: probabilities, in: encoding, random: &random)
        for (entry, expected) in zip(estimate.scalars, [-0.06, 0, -0.04, 0.1, -0.1, -0.1] as [Float]) {
            #expect(abs(entry - expected) < 1e-7)
        }
        #expect(random == RandomSource(seed: 1))
    }

    @Test("the argmax is the code of the most probable class")
    func argmaxIsTheCodeOfTheMostProbableClass() {
        var random = RandomSource(seed: 1)
        let estimate = CleanMaskEstimate.argmax.cleanMask(for: probabilities, in: encoding, random: &random)
        #expect(estimate == encoding.encode(Tensor([1, 0], shape: [1, 1, 2])))
        #expect(random == RandomSource(seed: 1))
    }

    @Test("draws follow the probabilities")
    func drawsFollowTheProbabilities() {
        let (pixelCount, shares) = (20_000, [0.2, 0.5, 0.3])
        var random = RandomSource(seed: 3)
        let pixels = probabilities.sliced(along: 2, from: 0, to: 1).broadcast(to: [1, 1, pixelCount, 3])
        let estimate = CleanMaskEstimate.sample.cleanMask(for: pixels, in: encoding, random: &random)
        let classes = encoding.decode(estimate).scalars
        let counts = (0..<3).map { label in classes.count { $0 == label } }
        #expect(counts.reduce(0, +) == pixelCount)
        let statistic = ChiSquare.statistic(counts: counts, probabilities: shares)
        #expect(statistic < ChiSquare.criticalValueForThreeClasses(falseAlarm: 1e-6))
    }

    @Test("draws never take an impossible class")
    func drawsNeverTakeAnImpossibleClass() {
        var random = RandomSource(seed: 4)
        // The sum falls short of 1, as rounding may leave it: the last possible class takes the rest.
        let pixels = Tensor<Float>([0, 0.5, 0]).reshaped(to: [1, 3]).broadcast(to: [1000, 3])
        #expect(drawnClasses(from: pixels, random: &random).scalars.allSatisfy { $0 == 1 })
    }

    @Test("draws are reproducible")
    func drawsAreReproducible() {
        let pixels = Tensor<Float>(repeating: 1.0 / 3, shape: [500, 3])
        var (first, second, other) = (RandomSource(seed: 7), RandomSource(seed: 7), RandomSource(seed: 8))
        let drawn = drawnClasses(from: pixels, random: &first)
        #expect(drawn == drawnClasses(from: pixels, random: &second))
        #expect(drawn != drawnClasses(from: pixels, random: &other))
    }
}
