import DMDiffusion
import DMTensors
import Foundation
import Testing

/// The adjustment is exact: a denoiser that knows a biased joint distribution of classes, images and noisy masks
/// samples from the unbiased posterior, at every step.
///
/// Three classes, three possible 'images' of one pixel each, and thousands of pixels as independent trials. Training
/// saw the classes with the shares `q`; the denoiser returns the logarithm of `q(y) p(x|y) N(m_t; alpha code(y), sigma²)`.
@Suite("The adjusted sampler draws from the unbiased posterior")
struct UnbiasedPosteriorTests {
    private static let trialCount = 20_000
    /// `p(x|y)`, one row for each class.
    private static let likelihoods: [[Double]] = [[0.6, 0.3, 0.1], [0.25, 0.5, 0.25], [0.1, 0.4, 0.5]]
    /// Codes far enough apart that the noisy mask tells a good deal about the class.
    private let encoding = LabelEncoding.oneHot(classCount: 3, scale: 1)
    private let schedule = NoiseSchedule.cosine
    private let prior: ClassPrior = {
        var prior = ClassPrior(classCount: 3)
        prior.update(labeledCounts: [80, 14, 6])
        return prior
    }()

    /// Counts of the classes drawn at each step for an image.
    private func drawnCounts(image: Int, adjustment: DebiasedAdjustment, steps: Int, seed: UInt64) throws -> [[Int]] {
        let settings = SamplerSettings(
            steps: steps, timeDifference: 0, kind: .ancestral, estimate: .sample)
        let sampler = try MaskSampler(
            settings: settings, schedule: schedule, encoding: encoding, adjustment: adjustment, prior: prior, use: .prediction)
        var random = RandomSource(seed: seed)
        let noise: Tensor<Float> = random.normal(shape: [1, 1, UnbiasedPosteriorTests.trialCount, 3])
        let chain = sampler.chain(from: noise, random: &random) { biasedLogPosterior(of: $0, at: $1, image: image) }
        return chain.map { step in
            let classes = encoding.decode(step.estimate).scalars
            return (0..<3).map { label in classes.count { $0 == label } }
        }
    }

    private func biasedLogPosterior(of mask: Tensor<Float>, at time: Double, image: Int) -> Tensor<Float> {
        // All codes are equally long, so that -|m - alpha c|² / (2 sigma²) is alpha m·c / sigma² but for what they share.
        let factor = schedule.alpha(at: time) / pow(schedule.sigma(at: time), 2)
        let codes = encoding.codes.sliced(along: 0, from: 0, to: 3)
        let likelihood = matrixProduct(mask.reshaped(to: [-1, 3]), codes, transposingSecond: true) * Float(factor)
        let joint = (0..<3).map { Float(log(prior.probabilities[$0] * UnbiasedPosteriorTests.likelihoods[$0][image])) }
        return (likelihood + Tensor(joint)).reshaped(to: mask.shape)
    }

    /// `p(y|x)` for classes with the given shares.
    private func posterior(image: Int, shares: [Double]) -> [Double] {
        let joint = (0..<3).map { shares[$0] * UnbiasedPosteriorTests.likelihoods[$0][image] }
        return joint.map { $0 / joint.reduce(0, +) }
    }

    /// The bound on the statistic: fifteen tests (three images, five steps) together give a false alarm once in a million.
    private let criticalValue = ChiSquare.criticalValueForThreeClasses(falseAlarm: 1e-6 / 15)

    @Test("every step draws from the unbiased posterior", arguments: 0..<3)
    func everyStepDrawsFromTheUnbiasedPosterior(image: Int) throws {
        let counts = try drawnCounts(image: image, adjustment: DebiasedAdjustment(mode: .sampling), steps: 5, seed: 41)
        let unbiased = posterior(image: image, shares: [1, 1, 1])
        #expect(counts.count == 5)
        for counts in counts { #expect(ChiSquare.statistic(counts: counts, probabilities: unbiased) < criticalValue) }
    }

    @Test("without adjustment the bias stays", arguments: 0..<3)
    func withoutAdjustmentTheBiasStays(image: Int) throws {
        let counts = try drawnCounts(image: image, adjustment: .off, steps: 5, seed: 42)
        let biased = posterior(image: image, shares: prior.probabilities)
        let unbiased = posterior(image: image, shares: [1, 1, 1])
        for counts in counts {
            #expect(ChiSquare.statistic(counts: counts, probabilities: biased) < criticalValue)
            #expect(ChiSquare.statistic(counts: counts, probabilities: unbiased) > 10 * criticalValue)
        }
    }

    @Test("any target can be wanted", arguments: 0..<3)
    func anyTargetCanBeWanted(image: Int) throws {
        let wanted = [0.2, 0.2, 0.6]
        let adjustment = DebiasedAdjustment(mode: .sampling, target: .given(wanted))
        let counts = try drawnCounts(image: image, adjustment: adjustment, steps: 5, seed: 43)
        let expected = posterior(image: image, shares: wanted)
        for counts in counts { #expect(ChiSquare.statistic(counts: counts, probabilities: expected) < criticalValue) }
    }

    /// A factor that changes with the time is no change of the class distribution: the steps disagree with one another.
    @Test("a time factor is not exact")
    func aTimeFactorIsNotExact() throws {
        let adjustment = DebiasedAdjustment(mode: .sampling, timeWeight: .time)
        let counts = try drawnCounts(image: 1, adjustment: adjustment, steps: 5, seed: 44)
        let unbiased = posterior(image: 1, shares: [1, 1, 1])
        #expect(ChiSquare.statistic(counts: counts[0], probabilities: unbiased) < criticalValue)
        #expect(ChiSquare.statistic(counts: counts[4], probabilities: unbiased) > 10 * criticalValue)
    }
}
