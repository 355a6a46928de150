public import DMAutograd
public import DMTensors
import Foundation

/// Online hard example mining: a loss over the pixels that the network is least sure of.
///
/// Of the pixels with a target, those count whose target has a probability p <= max(threshold, p of rank
/// `minimumCount`), the lowest probability having rank 1: pixels below the threshold, and at least
/// `minimumCount` of them. If fewer have a target, all count.
///
/// Source: Shrivastava et al., *Training Region-based Object Detectors with Online Hard Example Mining*,
/// CVPR 2016; for pixels as in Yuan & Wang, *OCNet*, 2018.
public struct OnlineHardExampleMining: Sendable, Equatable {
    /// The probability up to which a pixel always counts, in 0...1.
    public var threshold: Double
    /// How many pixels count at least.
    public var minimumCount: Int

    /// A choice of hard pixels; the defaults are those that the field trains Cityscapes with.
    public init(threshold: Double = 0.7, minimumCount: Int = 200_000) {
        checkShape(
            (0...1).contains(threshold) && minimumCount >= 0,
            "hard pixels are those up to a probability and at least some, not \(threshold) and \(minimumCount)")
        self.threshold = threshold
        self.minimumCount = minimumCount
    }

    /// The mean cross-entropy of the hard pixels, 0 where no pixel has a target.
    ///
    /// - Parameters:
    ///   - logits: One number for each class, `[..., k]`.
    ///   - targets: The class of each pixel `[...]`, or the ignored label.
    ///   - ignored: The label of pixels without a target.
    public func crossEntropy<Scalar: FloatingPointScalar>(
        _ logits: Variable<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32 = 255
    ) -> Variable<Scalar> {
        let losses = softmaxCrossEntropy(logits, targets, ignoring: ignored)
        let weights: Tensor<Scalar> = weights(losses: losses.value, targets, ignoring: ignored)
        return (losses * Variable(weights)).sum()
    }

    /// The share of each pixel in the mean: 1 / n for each of n hard pixels, 0 for the others.
    ///
    /// - Parameters:
    ///   - losses: The cross-entropy of each pixel, -log p, `[...]`.
    ///   - targets: The class of each pixel `[...]`, or the ignored label.
    ///   - ignored: The label of pixels without a target.
    public func weights<Scalar: FloatingPointScalar>(
        losses: Tensor<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32 = 255
    ) -> Tensor<Scalar> {
        let isHard = mask(losses: losses, targets, ignoring: ignored)
        let count = isHard.scalars.count { $0 }
        return select(where: isHard, Tensor(count == 0 ? 0 : 1 / Scalar(count)), Tensor(0))
    }

    /// Whether each pixel is a hard one.
    ///
    /// - Parameters:
    ///   - losses: The cross-entropy of each pixel, -log p, `[...]`.
    ///   - targets: The class of each pixel `[...]`, or the ignored label.
    ///   - ignored: The label of pixels without a target.
    public func mask<Scalar: FloatingPointScalar>(
        losses: Tensor<Scalar>, _ targets: Tensor<Int32>, ignoring ignored: Int32 = 255
    ) -> Tensor<Bool> {
        checkShape(losses.shape == targets.shape, "each pixel has a loss and a target, not \(losses.shape) and \(targets.shape)")
        // No loss is negative: -1 marks the pixels without a target.
        let masked = Tensor<Double>(converting: select(where: targets.isEqual(to: Tensor(ignored)), Tensor(-1), losses))
        let limit = leastLoss(of: masked.scalars.filter { $0 >= 0 })
        return masked.isGreaterOrEqual(to: limit)
    }

    /// The loss from which a pixel counts: p <= q is the same as -log p >= -log q.
    private func leastLoss(of losses: [Double]) -> Double {
        if losses.count < minimumCount { return 0 }
        let ofRank = minimumCount == 0 ? .infinity : losses.sorted(by: >)[minimumCount - 1]
        return min(-log(threshold), ofRank)
    }
}
