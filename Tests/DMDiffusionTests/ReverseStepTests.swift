import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite struct ReverseStepTests {
    @Test(arguments: NoiseSchedule.allCases) func ddimKeepsTheNoiseOfAPerfectEstimate(_ schedule: NoiseSchedule) {
        var random = RandomSource(seed: 21)
        let clean: Tensor<Float> = random.normal(shape: [1, 3, 4, 2])
        let noise: Tensor<Float> = random.normal(shape: [1, 3, 4, 2])
        let interval = SamplingInterval(now: 0.8, next: 0.3)
        let mask = schedule.noised(clean, with: noise, at: interval.now)
        let step = schedule.ddimStep(from: mask, estimate: clean, over: interval)
        #expect(largestDifference(step, schedule.noised(clean, with: noise, at: interval.next)) < 1e-5)
    }

    /// `m_t = alpha_t m_0 + sigma_t e`, followed by a step to `s`, must have the mean and the variance that noise at `s` has.
    @Test(arguments: NoiseSchedule.allCases) func ancestralStepKeepsTheForwardDistribution(_ schedule: NoiseSchedule) {
        let interval = SamplingInterval(now: 0.7, next: 0.4)
        let (one, zero) = (Tensor<Float>(repeating: 1, shape: [1, 1, 1, 1]), Tensor<Float>(repeating: 0, shape: [1, 1, 1, 1]))
        // The step is linear: these are its factors of the mask, of the estimate and of the fresh noise.
        let ofMask = Double(schedule.ancestralStep(from: one, estimate: zero, noise: zero, over: interval).scalar)
        let ofEstimate = Double(schedule.ancestralStep(from: zero, estimate: one, noise: zero, over: interval).scalar)
        let ofNoise = Double(schedule.ancestralStep(from: zero, estimate: zero, noise: one, over: interval).scalar)
        let mean = ofMask * schedule.alpha(at: 0.7) + ofEstimate
        let variance = pow(ofMask * schedule.sigma(at: 0.7), 2) + ofNoise * ofNoise
        #expect(abs(mean - schedule.alpha(at: 0.4)) < 1e-6)
        #expect(abs(variance - pow(schedule.sigma(at: 0.4), 2)) < 1e-6)
    }

    /// The factors against the textbook form of `q(m_s | m_t, m_0)`, written with `alpha_t / alpha_s`.
    @Test(arguments: NoiseSchedule.allCases) func ancestralStepIsThePosterior(_ schedule: NoiseSchedule) {
        let interval = SamplingInterval(now: 0.6, next: 0.2)
        let (alpha, sigma) = (schedule.alpha(at: 0.6), schedule.sigma(at: 0.6))
        let (earlierAlpha, earlierSigma) = (schedule.alpha(at: 0.2), schedule.sigma(at: 0.2))
        let ratio = alpha / earlierAlpha
        let added = sigma * sigma - ratio * ratio * earlierSigma * earlierSigma
        let (mask, estimate, noise): (Float, Float, Float) = (0.3, -1.2, 0.7)
        let mean = ratio * pow(earlierSigma / sigma, 2) * Double(mask) + earlierAlpha * added / (sigma * sigma) * Double(estimate)
        let expected = mean + (added.squareRoot() * earlierSigma / sigma) * Double(noise)
        let step = schedule.ancestralStep(
            from: Tensor([mask]), estimate: Tensor([estimate]), noise: Tensor([noise]), over: interval)
        #expect(abs(Double(step.scalar) - expected) < 1e-6)
    }
}
