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
    ///   - times: The diffusion time of each image.
    ///   - random: Where noise is drawn from.
    /// - Returns: `[n, H, W]`.
    func callAsFunction(
        _ model: SegmentationModel, features: Variable<Float>, targets: Tensor<Int32>, times: [Double], random: inout RandomSource
    ) -> Variable<Float> {
        let logits =
            switch model.head {
            case .classifier(let classifier): classifier(features)
            case .generator(let generator):
                generator.logits(features: features, truth: targets, times: times, schedule: schedule, random: &random)
            }
        let shifted = shift.map { logits + Variable($0) } ?? logits
        return resizedCrossEntropy(shifted, targets, alignsCorners: true, ignoring: 255)
    }
}
