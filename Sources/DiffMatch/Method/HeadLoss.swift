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

    /// Cross-entropy at each pixel, 0 where the target is 255.
    ///
    /// - Parameters:
    ///   - model: The student, tracked.
    ///   - features: F, `[n, h, w, D]`.
    ///   - targets: `[n, H, W]`.
    ///   - random: Where times and noise are drawn from.
    /// - Returns: `[n, H, W]`.
    func callAsFunction(
        _ model: SegmentationModel, features: Variable<Float>, targets: Tensor<Int32>, random: inout RandomSource
    ) -> Variable<Float> {
        let logits =
            switch model.head {
            case .classifier(let classifier): classifier(features)
            case .generator(let generator):
                denoised(generator, features: features, targets: targets, classCount: model.classCount, random: &random)
            }
        let shifted = shift.map { logits + Variable($0) } ?? logits
        let full = shifted.resized(height: targets.shape[1], width: targets.shape[2], alignsCorners: true)
        return softmaxCrossEntropy(full, targets, ignoring: 255)
    }

    /// Lines 1, 3 and 4 of Algorithm 1: t and eps drawn, m_t = alpha m_0 + sigma eps, logits f(F, m_t, t).
    private func denoised(
        _ head: GenerativeHead, features: Variable<Float>, targets: Tensor<Int32>, classCount: Int,
        random: inout RandomSource
    ) -> Variable<Float> {
        let (count, height, width) = (features.shape[0], features.shape[1], features.shape[2])
        let times = (0..<count).map { _ in Double.random(in: timeRange, using: &random) }
        let labels = LabelGrid(height: height, width: width, classCount: classCount).labels(of: targets)
        let clean = head.codes.variable.gathered(rows: labels)
        let noise: Tensor<Float> = random.normal(shape: clean.shape)
        let noisy = clean * Variable(schedule.alphas(at: times)) + Variable(noise * schedule.sigmas(at: times))
        let logSNR = Tensor(times.map { Float(schedule.logSNR(at: $0)) })
        return head.denoiser(features: features, mask: noisy, logSNR: logSNR)
    }
}
