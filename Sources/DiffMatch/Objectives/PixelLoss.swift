import DMAutograd
import DMDatasets
import DMDiffusion
import DMLayers
import DMTensors

/// The student's loss at each pixel, for either kind of head.
struct PixelLoss: Sendable {
    /// How masks are noised.
    var diffusion: MaskDiffusion
    /// What is added to the logits inside the loss, `[K]`: the adjustment in the loss, logit adjustment.
    var logitShift: Tensor<Float>?
    /// The weight of the auxiliary head's loss.
    var auxiliaryLossWeight: Float

    /// The cross-entropies of each pixel, `[n, H, W]`, 0 where the target is 255.
    struct Values {
        /// Those of the head.
        var own: Variable<Float>
        /// Those of the auxiliary head, where there is one.
        var auxiliary: Variable<Float>?

        /// Weights pixels, `[n, H, W]`.
        func weighted(by weights: Tensor<Float>) -> Values {
            Values(own: own * Variable(weights), auxiliary: auxiliary.map { $0 * Variable(weights) })
        }
    }

    /// What is differentiated: the head's loss and the weighted auxiliary loss, `[n, H, W]`.
    func total(_ values: Values) -> Variable<Float> {
        values.auxiliary.map { values.own + $0 * auxiliaryLossWeight } ?? values.own
    }

    /// The cross-entropies of each pixel.
    ///
    /// - Parameters:
    ///   - model: The student, tracked.
    ///   - features: F, `[n, h, w, D]`.
    ///   - targets: `[n, H, W]`.
    ///   - draws: The times and the noise of the pass.
    ///   - images: Which images of the pass these are.
    func callAsFunction(
        _ model: SegmentationModel, features: Variable<Float>, targets: Tensor<Int32>, draws: inout DiffusionDraws, images: Range<Int>
    ) -> Values {
        switch model.head {
        case .classifier(let classifier): return Values(own: crossEntropy(classifier(features), targets))
        case .generator(let generator):
            let logits = generator.logits(
                features: features, truth: targets, times: Array(draws.times[images]), schedule: diffusion.schedule
            ) { draws.noise(of: images, shape: $0) }
            return Values(
                own: crossEntropy(logits, targets), auxiliary: generator.auxiliary.map { crossEntropy($0(features), targets) })
        }
    }

    private func crossEntropy(_ logits: Variable<Float>, _ targets: Tensor<Int32>) -> Variable<Float> {
        resizedCrossEntropy(
            logitShift.map { logits + Variable($0) } ?? logits, targets, alignsCorners: true,
            ignoring: Int32(SegmentationSample.ignoredLabel))
    }
}

/// The diffusion times and the noise of the images of one forward pass, the same however often they are asked for.
struct DiffusionDraws {
    /// t of each image.
    let times: [Double]
    /// Where the noise of all images is drawn from, at first use: its size is that of the feature map.
    private(set) var random: RandomSource
    private var noise: Tensor<Float>?

    /// Draws a time for each image.
    init(images count: Int, times range: ClosedRange<Double>, random: RandomSource) {
        var random = random
        times = (0..<count).map { _ in Double.random(in: range, using: &random) }
        self.random = random
    }

    /// eps of some of the images.
    ///
    /// - Parameter shape: `[images.count, h, w, channels]`.
    mutating func noise(of images: Range<Int>, shape: [Int]) -> Tensor<Float> {
        let drawn = noise ?? random.normal(shape: [times.count] + shape.dropFirst())
        noise = drawn
        return drawn.images(images)
    }
}
