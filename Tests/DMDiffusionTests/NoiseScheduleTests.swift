import DMDiffusion
import DMTensors
import Foundation
import Testing

@Suite struct NoiseScheduleTests {
    private let times = (0...1000).map { Double($0) / 1000 }

    @Test(arguments: NoiseSchedule.allCases) func preservesVariance(_ schedule: NoiseSchedule) {
        for time in times {
            let (alpha, sigma) = (schedule.alpha(at: time), schedule.sigma(at: time))
            #expect(abs(alpha * alpha + sigma * sigma - 1) < 1e-15)
            #expect(abs(2 * log(alpha / sigma) - schedule.logSNR(at: time)) < 1e-12)
        }
    }

    @Test(arguments: NoiseSchedule.allCases) func losesSignalAsTimePasses(_ schedule: NoiseSchedule) {
        let signals = times.map(schedule.logSNR(at:))
        #expect(zip(signals, signals.dropFirst()).allSatisfy { $0 >= $1 })
        // The cosine is flat only where it is clipped, close to time 0.
        #expect(zip(signals, signals.dropFirst()).dropFirst(2).allSatisfy { $0 > $1 })
        #expect(schedule.alpha(at: 0) > 0.9999)
        #expect(schedule.sigma(at: 1) > 0.9999)
    }

    @Test func cosineFollowsItsFormula() {
        // Away from the clipped end, cos⁻² - 1 = tan², so that alpha is the cosine and sigma the sine of the angle.
        for time in times.dropFirst(3) {
            let angle = (time + 0.0002) / 1.00025 * Double.pi / 2
            #expect(abs(NoiseSchedule.cosine.alpha(at: time) - cos(angle)) < 1e-11)
            #expect(abs(NoiseSchedule.cosine.sigma(at: time) - sin(angle)) < 1e-11)
        }
        #expect(abs(NoiseSchedule.cosine.logSNR(at: 0) - 5 * log(10)) < 1e-12)
    }

    @Test func linearFollowsItsFormula() {
        // sigmoid(-log(e^x - 1)) = e^-x, hence alpha² = exp(-1e-4 - 10 t²).
        for time in times {
            #expect(abs(NoiseSchedule.linear.alpha(at: time) - exp(-(1e-4 + 10 * time * time) / 2)) < 1e-14)
        }
    }

    @Test func stopsOutsideTheDiffusion() async {
        await #expect(processExitsWith: .failure) { _ = NoiseSchedule.cosine.logSNR(at: 1.5) }
        await #expect(processExitsWith: .failure) { _ = NoiseSchedule.linear.alpha(at: -.ulpOfOne) }
    }

    @Test(arguments: NoiseSchedule.allCases) func noisesEachEntryAtItsOwnTime(_ schedule: NoiseSchedule) {
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

    @Test func stopsAtTimesThatDoNotFitTheBatch() async {
        await #expect(processExitsWith: .failure) {
            let mask = Tensor<Float>(repeating: 0, shape: [2, 3, 3, 1])
            _ = NoiseSchedule.cosine.noised(mask, with: mask, at: [0.5, 0.5, 0.5])
        }
    }
}
