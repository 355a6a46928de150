import DMAutograd
import DMDiffusion
import DMLayers
import DMTensors

/// The student's loss at each pixel, for either kind of head.
struct HeadLoss: Sendable {
    /// The noise schedule of the masks.
    var schedule: NoiseSchedule
    /// The times that training draws from.
    var timeRange: ClosedRange<Double>
    /// What is added to the logits inside the loss, `[K]`; for the adjustment in training.
    var shift: Tensor<Float>?

    /// The cross-entropies of each pixel, `[n, H, W]`, 0 where the target is 255.
    struct Pixels {
        /// The head's own.
        var own: Variable<Float>
        /// That of a generative head's auxiliary classifier, where there is one.
        var auxiliary: Variable<Float>?

        /// The loss of each pixel that is differentiated.
        func total(auxiliaryWeight: Float) -> Variable<Float> { auxiliary.map { own + $0 * auxiliaryWeight } ?? own }

        /// Weights pixels, `[n, H, W]`.
        static func *= (pixels: inout Pixels, factors: Tensor<Float>) {
            pixels.own = pixels.own * Variable(factors)
            pixels.auxiliary = pixels.auxiliary.map { $0 * Variable(factors) }
        }
    }

    /// The cross-entropies of each pixel.
    ///
    /// - Parameters:
    ///   - model: The student, tracked.
    ///   - features: F, `[n, h, w, D]`.
    ///   - targets: `[n, H, W]`.
    ///   - times: The diffusion time of each image.
    ///   - random: Where noise is drawn from.
    func callAsFunction(
        _ model: SegmentationModel, features: Variable<Float>, targets: Tensor<Int32>, times: [Double], random: inout RandomSource
    ) -> Pixels {
        switch model.head {
        case .classifier(let classifier): return Pixels(own: crossEntropy(classifier(features), targets))
        case .generator(let generator):
            let logits = generator.logits(
                features: features, truth: targets, times: times, schedule: schedule, random: &random)
            return Pixels(
                own: crossEntropy(logits, targets),
                auxiliary: generator.auxiliary.map { crossEntropy($0(features), targets) })
        }
    }

    private func crossEntropy(_ logits: Variable<Float>, _ targets: Tensor<Int32>) -> Variable<Float> {
        resizedCrossEntropy(shift.map { logits + Variable($0) } ?? logits, targets, alignsCorners: true, ignoring: 255)
    }
}
