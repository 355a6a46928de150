import DMDatasets
import DMDiffusion
import DMTensors

/// Drowns a label mask in noise, and finds it again in three sampling steps.
///
/// The picture that it writes shows, from left to right: the mask, the mask at three times of the diffusion, the
/// glimpse of it that the denoiser is given, and what is restored from noise alone after each step.
///
///     swift run mask-diffusion [picture.png]
@main struct MaskDiffusion {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "mask-diffusion.png"
        let scenes = BuiltInScenes(seed: 1)
        let mask = scenes.samples(of: .validation).mask(at: 5)
        let classes = Tensor<Int32>(converting: mask).reshaped(to: [1] + mask.shape)
        let encoding = LabelEncoding.oneHot(classCount: scenes.classes.count, scale: 1)
        let schedule = NoiseSchedule.cosine
        var random = RandomSource(seed: 1)

        let clean = encoding.encode(classes)
        let noise: Tensor<Float> = random.normal(shape: clean.shape)
        let noisy = [0.25, 0.5, 0.75].map { time in
            report("noisy at time \(time)", encoding.decode(schedule.noised(clean, with: noise, at: time)), classes)
        }

        let glimpse = Glimpse(of: classes, classCount: encoding.classCount, mistakes: 0.7, random: &random)
        let seen = report("glimpse", glimpse.classes, classes)
        let denoiser = NeighborhoodDenoiser(encoding: encoding, schedule: schedule, glimpse: glimpse)
        let sampler = MaskSampler(settings: SamplerSettings(), schedule: schedule, encoding: encoding)
        let sampled = sampler.sample(shape: classes.shape, random: random, denoiser: denoiser.logits)
        let restored = sampled.stepProbabilities.enumerated().map { step, probabilities in
            report("restored after step \(step + 1)", probabilities.argmax(along: 3), classes)
        }

        let panels = ([classes] + noisy + [seen] + restored).map { $0.padded(before: [0, 2, 2], after: [0, 2, 2], with: 255) }
        let strip = concatenated(panels, along: 2)
        try ImageFile.write(LabelMap(Tensor<UInt8>(converting: strip[0]), palette: scenes.palette), to: path)
        print("wrote \(path)")
    }

    /// Prints the share of pixels that were found right, and hands the found classes on.
    private static func report(_ name: String, _ found: Tensor<Int32>, _ classes: Tensor<Int32>) -> Tensor<Int32> {
        let share = Tensor<Float>(converting: found .== classes).mean()
        print("\(name): \(Int((share * 100).rounded())) % of the pixels have their class")
        return found
    }
}
