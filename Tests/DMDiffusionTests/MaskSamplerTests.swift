import DMDiffusion
import DMTensors
import Testing

@Suite("Sampling of masks")
struct MaskSamplerTests {
    private let encoding = LabelEncoding.analogBits(classCount: 5, scale: 0.1)
    private let classes = Tensor<Int32>((0..<24).map { Int32($0 % 5) }, shape: [2, 3, 4])

    /// Logits so sure of the given classes that their softmax is 1 and 0 exactly.
    private func sureLogits(of classes: Tensor<Int32>) -> Tensor<Float> {
        Tensor(classes.scalars.flatMap { label in (0..<5).map { $0 == label ? 200 : 0 } }, shape: classes.shape + [5])
    }

    @Test("DDIM with a perfect denoiser recovers the mask", arguments: [CleanMaskEstimate.expectation, .argmax], [1, 2, 3, 5])
    func ddimWithAPerfectDenoiserRecoversTheMask(
        estimate: CleanMaskEstimate, count: Int
    ) {
        let settings = SamplerSettings(steps: count, timeDifference: 0, kind: .ddim, estimate: estimate)
        let sampler = MaskSampler(settings: settings, schedule: .cosine, encoding: encoding)
        let clean = encoding.encode(classes)
        var random = RandomSource(seed: 31)
        let noise: Tensor<Float> = random.normal(shape: clean.shape)
        let start = NoiseSchedule.cosine.noised(clean, with: noise, at: NoiseSchedule.latestTime)
        let logits = sureLogits(of: classes)
        let steps = sampler.chain(from: start, random: &random) { _, _ in logits }
        #expect(steps.count == count)
        #expect(steps.allSatisfy { largestDifference($0.estimate, clean) < 1e-7 })
        // At time 0 the mask is the clean one but for the last trace of the noise that it started with.
        let end = steps[count - 1].mask
        #expect(largestDifference(end, NoiseSchedule.cosine.noised(clean, with: noise, at: 0)) < 1e-5)
        #expect(encoding.decode(end) == classes)
    }

    @Test("samples what a sure denoiser says", arguments: SamplerKind.allCases, CleanMaskEstimate.allCases)
    func samplesWhatASureDenoiserSays(
        kind: SamplerKind, estimate: CleanMaskEstimate
    ) {
        let sampler = MaskSampler(settings: SamplerSettings(kind: kind, estimate: estimate), schedule: .linear, encoding: encoding)
        let sampled = sampler.sample(shape: classes.shape, random: RandomSource(seed: 2)) { _, _ in sureLogits(of: classes) }
        #expect(sampled.classes == classes)
        #expect(sampled.confidence == Tensor(repeating: 1, shape: classes.shape))
        #expect(sampled.stepProbabilities.count == 3)
    }

    @Test("asks at the times of the steps")
    func asksAtTheTimesOfTheSteps() {
        var times: [Double] = []
        let sampler = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
        _ = sampler.sample(shape: [1, 2, 2], random: RandomSource(seed: 1)) { mask, time in
            times.append(time)
            #expect(mask.shape == [1, 2, 2, 3])
            return Tensor(repeating: 0, shape: [1, 2, 2, 5])
        }
        #expect(times == [0.999, 2.0 / 3, 1.0 / 3])
    }

    /// A denoiser whose answer depends on the mask and on the time.
    private func wavering(_ mask: Tensor<Float>, _ time: Double) -> Tensor<Float> {
        concatenated([mask, mask.sliced(along: 3, from: 0, to: 2) * Float(time)], along: 3) * 10
    }

    @Test("the result is the mean or the last step")
    func theResultIsTheMeanOrTheLastStep() {
        let mean = MaskSampler(settings: SamplerSettings(output: .meanOverSteps), schedule: .cosine, encoding: encoding)
            .sample(shape: [1, 3, 3], random: RandomSource(seed: 6), denoiser: wavering)
        let last = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
            .sample(shape: [1, 3, 3], random: RandomSource(seed: 6), denoiser: wavering)
        let steps = mean.stepProbabilities
        #expect(steps == last.stepProbabilities)
        #expect(last.probabilities == steps[2])
        #expect(largestDifference(mean.probabilities, (steps[0] + steps[1] + steps[2]) / 3) < 1e-6)
        #expect(largestDifference(mean.probabilities, last.probabilities) > 0.01)
    }

    @Test("several draws are averaged")
    func severalDrawsAreAveraged() {
        let shape = [1, 3, 3]
        var single: [Tensor<Float>] = []
        for draw in 0..<3 as Range<UInt64> {
            var random = RandomSource(seed: 6).split(draw)
            let noise: Tensor<Float> = random.normal(shape: shape + [3])
            let sampler = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
            single.append(sampler.chain(from: noise, random: &random, denoiser: wavering)[2].probabilities)
        }
        let sampler = MaskSampler(settings: SamplerSettings(ensembleSize: 3), schedule: .cosine, encoding: encoding)
        let sampled = sampler.sample(shape: shape, random: RandomSource(seed: 6), denoiser: wavering)
        #expect(largestDifference(sampled.stepProbabilities[2], (single[0] + single[1] + single[2]) / 3) < 1e-6)
        #expect(largestDifference(single[0], single[1]) > 0.01)
    }

    private struct Interruption: Error {}

    @Test("errors of the denoiser pass through")
    func errorsOfTheDenoiserPassThrough() {
        let sampler = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
        #expect(throws: Interruption.self) {
            try sampler.sample(shape: [1, 2, 2], random: RandomSource(seed: 1)) { _, _ throws(Interruption) in throw Interruption() }
        }
    }

    @Test("an unfitting target is refused")
    func anUnfittingTargetIsRefused() {
        let adjustment = DebiasedAdjustment(mode: .sampling, target: .given([1, 2]))
        #expect(throws: DebiasedAdjustmentError.targetCount(expected: 5, found: 2)) {
            try MaskSampler(
                settings: SamplerSettings(), schedule: .cosine, encoding: encoding,
                adjustment: adjustment, prior: ClassPrior(classCount: 5), use: .teacher)
        }
    }

    @Test("stops at logits of another shape")
    func stopsAtLogitsOfAnotherShape() async {
        await #expect(processExitsWith: .failure) {
            let encoding = LabelEncoding.oneHot(classCount: 5, scale: 0.1)
            let sampler = MaskSampler(settings: SamplerSettings(), schedule: .cosine, encoding: encoding)
            _ = sampler.sample(shape: [1, 2, 2], random: RandomSource(seed: 1)) { _, _ in Tensor(repeating: 0, shape: [1, 2, 2, 6]) }
        }
    }
}
