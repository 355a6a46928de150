import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite("Noise schedules and the forward process")
struct NoiseScheduleTests {
    private let times = (0...1000).map { Double($0) / 1000 }

    @Test("preserves variance", arguments: NoiseSchedule.allCases)
    func preservesVariance(_ schedule: NoiseSchedule) {
        for time in times {
            let (alpha, sigma) = (schedule.alpha(at: time), schedule.sigma(at: time))
            #expect(abs(alpha * alpha + sigma * sigma - 1) < 1e-15)
            #expect(abs(2 * log(alpha / sigma) - schedule.logSNR(at: time)) < 1e-12)
        }
    }

    @Test("loses signal as time passes", arguments: NoiseSchedule.allCases)
    func losesSignalAsTimePasses(_ schedule: NoiseSchedule) {
        let signals = times.map(schedule.logSNR(at:))
        #expect(zip(signals, signals.dropFirst()).allSatisfy { $0 >= $1 })
        // The cosine is flat only where it is clipped, close to time 0.
        #expect(zip(signals, signals.dropFirst()).dropFirst(2).allSatisfy { $0 > $1 })
        #expect(schedule.alpha(at: 0) > 0.9999)
        #expect(schedule.sigma(at: 1) > 0.9999)
    }

    @Test("cosine follows its formula")
    func cosineFollowsItsFormula() {
        // Away from the clipped end, cos⁻² - 1 = tan², so that alpha is the cosine and sigma the sine of the angle.
        for time in times.dropFirst(3) {
            let angle = (time + 0.0002) / 1.00025 * Double.pi / 2
            #expect(abs(NoiseSchedule.cosine.alpha(at: time) - cos(angle)) < 1e-11)
            #expect(abs(NoiseSchedule.cosine.sigma(at: time) - sin(angle)) < 1e-11)
        }
        #expect(abs(NoiseSchedule.cosine.logSNR(at: 0) - 5 * log(10)) < 1e-12)
    }

    @Test("linear follows its formula")
    func linearFollowsItsFormula() {
        // sigmoid(-log(e^x - 1)) = e^-x, hence alpha² = exp(-1e-4 - 10 t²).
        for time in times {
            #expect(abs(NoiseSchedule.linear.alpha(at: time) - exp(-(1e-4 + 10 * time * time) / 2)) < 1e-14)
        }
    }

    @Test("stops outside the diffusion")
    func stopsOutsideTheDiffusion() async {
        await #expect(processExitsWith: .failure) { _ = NoiseSchedule.cosine.logSNR(at: 1.5) }
        await #expect(processExitsWith: .failure) { _ = NoiseSchedule.linear.alpha(at: -.ulpOfOne) }
    }

    @Test("noises each entry at its own time", arguments: NoiseSchedule.allCases)
    func noisesEachEntryAtItsOwnTime(_ schedule: NoiseSchedule) {
        var random = RandomSource(seed: 11)
        let mask: Tensor<Float> = random.normal(shape: [3, 2, 5, 4])
        let noise: Tensor<Float> = random.normal(shape: [3, 2, 5, 4])
        let times = [0, 0.4, 0.999]
        let noised = schedule.noised(mask, with: noise, at: times)
        for (entry, time) in times.enumerated() {
            let alone = schedule.noised(mask[entry], with: noise[entry], at: time)
            #expect(noised[entry] == alone)
            let (alpha, sigma) = (Float(schedule.alpha(at: time)), Float(schedule.sigma(at: time)))
            for ((clean, noise), noised) in zip(zip(mask[entry].scalars, noise[entry].scalars), alone.scalars) {
                #expect(abs(alpha * clean + sigma * noise - noised) <= 1e-6)
            }
        }
    }

    @Test("stops at times that do not fit the batch")
    func stopsAtTimesThatDoNotFitTheBatch() async {
        await #expect(processExitsWith: .failure) {
            let mask = Tensor<Float>(repeating: 0, shape: [2, 3, 3, 1])
            _ = NoiseSchedule.cosine.noised(mask, with: mask, at: [0.5, 0.5, 0.5])
        }
    }
}

@Suite("Reverse steps")
struct ReverseStepTests {
    @Test("DDIM keeps the noise of a perfect estimate", arguments: NoiseSchedule.allCases)
    func ddimKeepsTheNoiseOfAPerfectEstimate(_ schedule: NoiseSchedule) {
        var random = RandomSource(seed: 21)
        let clean: Tensor<Float> = random.normal(shape: [1, 3, 4, 2])
        let noise: Tensor<Float> = random.normal(shape: [1, 3, 4, 2])
        let interval = SamplingInterval(now: 0.8, next: 0.3)
        let mask = schedule.noised(clean, with: noise, at: interval.now)
        let step = schedule.ddimStep(from: mask, estimate: clean, over: interval)
        #expect(largestDifference(step, schedule.noised(clean, with: noise, at: interval.next)) < 1e-5)
    }

    /// `m_t = alpha_t m_0 + sigma_t e`, followed by a step to `s`, must have the mean and the variance that noise at `s` has.
    @Test("ancestral step keeps the forward distribution", arguments: NoiseSchedule.allCases)
    func ancestralStepKeepsTheForwardDistribution(_ schedule: NoiseSchedule) {
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
    @Test("ancestral step is the posterior", arguments: NoiseSchedule.allCases)
    func ancestralStepIsThePosterior(_ schedule: NoiseSchedule) {
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
