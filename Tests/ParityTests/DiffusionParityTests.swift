import DMDiffusion
import DMTensors
import Testing

/// Noise schedules, reverse steps and a sampler's chain against the formulas in NumPy's float64.
@Suite struct DiffusionParityTests {
    @Test(arguments: NoiseSchedule.allCases)
    func schedule(_ schedule: NoiseSchedule) throws {
        let times = (0..<12).map { Double($0) / 11 * 0.999 }
        let reference = try Reference("schedule-\(schedule.rawValue)")
        let error = try reference.error(
            of: "levels",
            [
                "logSNR": Tensor(times.map(schedule.logSNR(at:))), "alpha": Tensor(times.map(schedule.alpha(at:))),
                "sigma": Tensor(times.map(schedule.sigma(at:))),
            ])
        print("parity of schedule-\(schedule.rawValue): \(short(error))")
        #expect(error < 1e-8)
    }

    @Test(arguments: NoiseSchedule.allCases)
    func reverseSteps(_ schedule: NoiseSchedule) throws {
        let name = "steps-\(schedule.rawValue)"
        func drawn(_ part: String) -> Tensor<Float> { Drawing.tensor("\(name)/\(part)", [2, 6, 7, 5]) }
        let (mask, estimate, noise) = (drawn("mask"), drawn("estimate"), drawn("noise"))
        var found = ["noised": schedule.noised(mask, with: noise, at: 0.4)]
        for (label, interval) in [
            ("0.999", SamplingInterval(now: 0.999, next: 2.0 / 3)), ("0.667", SamplingInterval(now: 2.0 / 3, next: 1.0 / 3)),
            ("0.333", SamplingInterval(now: 1.0 / 3, next: 0)),
        ] {
            found["ddim \(label)"] = schedule.ddimStep(from: mask, estimate: estimate, over: interval)
            found["ancestral \(label)"] = schedule.ancestralStep(from: mask, estimate: estimate, noise: noise, over: interval)
        }
        let error = try Reference(name).error(of: "steps", found)
        print("parity of \(name): \(short(error))")
        #expect(error < 1e-4)
    }

    @Test(arguments: [(3, 1), (10, 0)])
    func sampler(_ steps: Int, _ timeDifference: Int) throws {
        let name = "sampler-\(steps)-\(timeDifference)"
        let encoding = LabelEncoding(codes: Drawing.tensor("\(name)/codes", [7, 5], spread: 0.1))
        let weight: Tensor<Float> = Drawing.tensor("\(name)/weight", [5, 6])
        let settings = SamplerSettings(steps: steps, timeDifference: timeDifference)
        let sampler = MaskSampler(settings: settings, schedule: .cosine, encoding: encoding)
        var random = RandomSource(seed: 0)
        let chain = sampler.chain(from: Drawing.tensor("\(name)/mask", [2, 6, 7, 5]), random: &random) { mask, time in
            (matmul(mask.reshaped(to: [-1, 5]), weight) * Float(2 - time)).reshaped(to: [2, 6, 7, 6])
        }
        var found: [String: Tensor<Float>] = [:]
        for (index, step) in chain.enumerated() {
            found["probabilities\(index)"] = step.probabilities
            found["mask\(index)"] = step.mask
        }
        let error = try Reference(name).error(of: "steps", found)
        print("parity of \(name): \(short(error))")
        #expect(error < 1e-4)
    }
}
