import DMAutograd
import DMDatasets
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch
import Testing

/// The denoiser reads the mask that it is given, and does not look at the image alone.
@Suite struct MaskMattersTests {
    private let configuration: Configuration
    private let data: ExperimentData

    init() throws {
        configuration = try tiny(
            .supervisedDiffusion, "diffusion.scale=1", "diffusion.encoding=oneHot", "dataset.labeledFraction=1", "training.steps=40",
            "training.batchSize=4", "optimizer.learningRate=0.01")
        data = try ExperimentData(configuration)
    }

    @Test func permutingItAtTimeAFifthChangesTheAnswer() throws {
        let untrained = configuration.initialState().student
        let student = try trained(configuration, steps: 40).state.student
        let (kept, permuted) = try accuracies(of: student)
        #expect(kept > permuted + 0.15, "with the mask \(kept), with a permuted one \(permuted)")

        let (keptBefore, permutedBefore) = try accuracies(of: untrained)
        #expect(
            kept - permuted > abs(keptBefore - permutedBefore) + 0.1,
            "before training the mask tells little: \(keptBefore), \(permutedBefore)")

        var blind = student
        blind.updateParameters { weight, name, _ in
            guard name.hasSuffix("denoiser.down.weight") else { return }
            let features = weight.sliced(along: 0, from: 0, to: 8)
            weight = concatenated([features, Tensor(repeating: 0, shape: [weight.shape[0] - 8, weight.shape[1]])], along: 0)
        }
        let (keptBlind, permutedBlind) = try accuracies(of: blind)
        #expect(keptBlind == permutedBlind, "without its weights the mask tells nothing")
    }

    /// The share of pixels of the validation part that are found at t = 0.2 from the true noisy mask, and from that of other pixels.
    private func accuracies(of model: SegmentationModel) throws -> (kept: Float, permuted: Float) {
        guard case .generator(let head) = model.head else { return (0, 0) }
        let (images, masks) = try data.images(of: .validation, at: 0..<3)
        var context = ForwardContext.batchStatistics
        let features = model.features(of: images, &context)
        let labels = LabelGrid(height: features.shape[1], width: features.shape[2], classCount: 5).labels(of: masks)
        var random = RandomSource(seed: 9)
        let clean = head.codes.encoding.encode(labels)
        let noisy = configuration.diffusion.schedule.noised(clean, with: random.normal(shape: clean.shape), at: 0.2)
        let pixels = noisy.reshaped(to: [-1, clean.shape[3]])
        let order = Tensor(random.permutation(of: pixels.shape[0]).map { Int32($0) })
        let logSNR = Tensor(repeating: Float(configuration.diffusion.schedule.logSNR(at: 0.2)), shape: [3])
        func accuracy(_ mask: Tensor<Float>) -> Float {
            let found = head.denoiser(features: features, mask: Variable(mask), logSNR: logSNR).value.argmax(along: 3)
            return Tensor<Float>(converting: found .== labels).mean()
        }
        return (accuracy(noisy), accuracy(pixels.gathered(rows: order).reshaped(to: noisy.shape)))
    }
}
