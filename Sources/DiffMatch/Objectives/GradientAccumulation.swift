import DMAutograd
import DMDatasets
package import DMLayers
package import DMTensors

/// The gradient of a forward pass whose images need not fit into memory together: gradient accumulation.
///
/// The loss is a weighted sum over pixels, with a weight for each image, so that micro-batches change the batch
/// statistics and the rounding alone.
struct GradientAccumulation {
    /// The number of images that pass the network together; 0 for all.
    let microBatch: Int
    /// The weight of each image's summed pixel losses, `[n]`.
    let imageWeights: Tensor<Float>
    /// Which pixels of which images count (OHEM).
    let mining: [MinedImages]

    /// Images of a pass of which only hard pixels count.
    struct MinedImages {
        let images: Range<Int>
        let rule: OnlineHardExampleMining
    }

    /// What a pass computed.
    struct Outcome {
        /// The values that were differentiated, one for each micro-batch.
        var values: [Float] = []
        /// The summed pixel losses of each image, those of the head alone.
        var perImage: [Float] = []
        /// What the batch normalizations saw.
        var statistics: [BatchStatistics] = []
    }

    /// Forward and backward of all images, a micro-batch after the other.
    ///
    /// - Parameters:
    ///   - student: The network that learns, untracked.
    ///   - targets: `[n, H, W]`.
    ///   - loss: How pixel losses add up.
    ///   - sum: Receives the gradients.
    ///   - pixelLosses: The losses `[m, H, W]` of some of the images; equal for equal images, and what the batch
    ///     normalizations saw.
    func callAsFunction(
        of student: SegmentationModel, targets: Tensor<Int32>, loss: PixelLoss, into sum: inout GradientAccumulator<SegmentationModel>,
        pixelLosses: (SegmentationModel, Range<Int>) -> (PixelLoss.Values, [BatchStatistics])
    ) -> Outcome {
        let ranges = MicroBatches(of: targets.shape[0], size: microBatch).ranges
        // Hard pixels are sought in the whole pass: with micro-batches, all losses are needed before the first one learns.
        let needed = mining.map(\.images.upperBound).max() ?? 0
        let mined = ranges.filter { $0.lowerBound < needed }
        let seen = ranges.count == 1 || mined.isEmpty ? nil : concatenated(mined.map { pixelLosses(student, $0).0.own.value }, along: 0)
        let known = seen.map { hardPixelWeights(losses: $0, targets: targets) }

        var outcome = Outcome()
        for range in ranges {
            outcome.values.append(
                sum.add { student in
                    var (pixels, statistics) = pixelLosses(student, range)
                    if !mining.isEmpty, range.lowerBound < needed {
                        let weights = known?.images(range) ?? hardPixelWeights(losses: pixels.own.value, targets: targets)
                        pixels = pixels.weighted(by: weights)
                    }
                    outcome.statistics += statistics
                    outcome.perImage += pixels.own.value.sum(along: [1, 2]).scalars
                    return (loss.total(pixels).sum(along: [1, 2]) * Variable(imageWeights.images(range))).sum()
                })
        }
        return outcome
    }

    /// The weights of the pixels of the first images, `[m, H, W]`, given their losses.
    private func hardPixelWeights(losses: Tensor<Float>, targets: Tensor<Int32>) -> Tensor<Float> {
        let targets = targets.images(0..<losses.shape[0])
        let weights = mining.map { $0.rule.factors(losses: losses, targets: targets, images: $0.images) }
        return weights.dropFirst().reduce(weights[0]) { $0 * $1 }
    }
}

extension OnlineHardExampleMining {
    /// The weights of pixels that turn a mean over all valid pixels into one over the hard ones.
    ///
    /// - Parameters:
    ///   - losses: The cross-entropy of each pixel, `[n, h, w]`.
    ///   - targets: 255 where a pixel is not valid, `[n, h, w]`.
    ///   - images: The images among whose pixels the hard ones are sought; all others have the weight 1.
    /// - Returns: `[n, h, w]`: in these images, the number of valid pixels divided by that of hard ones where a pixel is
    ///   hard, 0 elsewhere.
    package func factors(losses: Tensor<Float>, targets: Tensor<Int32>, images: Range<Int>) -> Tensor<Float> {
        let ignored = Int32(SegmentationSample.ignoredLabel)
        func ones(_ count: Int) -> Tensor<Float> { Tensor(repeating: 1, shape: [count] + losses.shape.dropFirst()) }
        let isHard = mask(losses: losses.images(images), targets.images(images), ignoring: ignored)
        let validCount = targets.images(images).scalars.count { $0 != ignored }
        let factor = Float(validCount) / Float(max(1, isHard.scalars.count { $0 }))
        let factors = select(where: isHard, Tensor(factor), Tensor<Float>(0))
        return concatenated([ones(images.lowerBound), factors, ones(losses.shape[0] - images.upperBound)], along: 0)
    }
}
