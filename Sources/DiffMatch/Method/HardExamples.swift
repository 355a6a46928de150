import DMDatasets
package import DMTensors
import Foundation

/// Online hard-example mining over pixels: the labelled loss counts those that the network is not sure of.
///
/// A pixel counts when the probability of its class is at most `max(probability, p)`, where `p` is the `count`-th least
/// probability of the batch: at least `count` pixels count, and more where more are hard. Shrivastava et al.,
/// *Training Region-based Object Detectors with Online Hard Example Mining*, CVPR 2016, in the form that segmentation uses.
package struct HardExamples: Sendable, Equatable {
    /// The least number of pixels of a batch that count, at least 1.
    package var count: Int
    /// The probability up to which a pixel is hard whatever the others are.
    package var probability: Float

    /// Mining with these bounds.
    package init(count: Int, probability: Float = 0.7) {
        self.count = count
        self.probability = probability
    }

    /// What the losses of pixels are multiplied by, so that a mean over all valid pixels becomes one over the hard ones.
    ///
    /// - Parameters:
    ///   - losses: The cross-entropy of each pixel, `-log` of its class's probability, `[n, h, w]`.
    ///   - targets: 255 where a pixel is not valid, `[n, h, w]`.
    ///   - images: The images that are mined; all others have the factor 1.
    /// - Returns: `[n, h, w]`: in these images, the number of valid pixels divided by that of hard ones where a pixel is
    ///   hard, 0 elsewhere.
    package func factors(losses: Tensor<Float>, targets: Tensor<Int32>, images: Range<Int>) -> Tensor<Float> {
        checkShape(losses.shape == targets.shape, "losses \(losses.shape) and targets \(targets.shape) do not fit")
        let size = losses.shape.dropFirst().reduce(1, *)
        let pixels = images.lowerBound * size..<images.upperBound * size
        let ignored = Int32(SegmentationSample.ignoredLabel)
        return Tensor(shape: losses.shape) { factors in
            factors.initialize(repeating: 1)
            losses.withUnsafeElements { losses in
                targets.withUnsafeElements { targets in
                    let valid = pixels.filter { targets[$0] != ignored }.map { losses[$0] }.sorted(by: >)
                    // The least loss that counts: small losses are large probabilities.
                    let least = valid.count <= count ? -Float.infinity : min(-log(probability), valid[count - 1])
                    let hard = valid.prefix { $0 >= least }.count
                    let factor = Float(valid.count) / Float(max(1, hard))
                    for pixel in pixels { factors[pixel] = losses[pixel] >= least ? factor : 0 }
                }
            }
        }
    }
}
