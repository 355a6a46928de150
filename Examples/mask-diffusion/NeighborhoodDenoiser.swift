import DMDiffusion
import DMTensors

/// A denoiser that knows two things: how masks become noisy, and that neighbors tend to be of one class.
struct NeighborhoodDenoiser {
    let encoding: LabelEncoding
    let schedule: NoiseSchedule
    let glimpse: Glimpse
    /// How many pixels a neighborhood reaches to each side.
    private let reach = 2

    /// The logits `[batch, height, width, K]` of a noisy mask: what speaks for each class in the neighborhood of a pixel.
    func logits(of mask: Tensor<Float>, at time: Double) -> Tensor<Float> {
        // log N(m; alpha c, sigma²) = alpha m·c / sigma² up to what all classes share: their codes are equally long.
        let (alpha, sigma) = (schedule.alpha(at: time), schedule.sigma(at: time))
        let codes = encoding.codes.sliced(along: 0, from: 0, to: encoding.classCount)
        let products = matrixProduct(mask.reshaped(to: [-1, encoding.channelCount]), codes, transposingSecond: true)
        let logLikelihood = products.reshaped(to: glimpse.logLikelihood.shape) * Float(alpha / (sigma * sigma))
        return neighborhoodSum(glimpse.logLikelihood + logLikelihood, along: [1, 2])
    }

    private func neighborhoodSum(_ evidence: Tensor<Float>, along axes: [Int]) -> Tensor<Float> {
        axes.reduce(evidence) { evidence, axis in
            var margin = [0, 0, 0, 0]
            margin[axis] = reach
            let padded = evidence.padded(before: margin, after: margin, with: 0)
            let shifted = (0...2 * reach).map { padded.sliced(along: axis, from: $0, to: $0 + evidence.shape[axis]) }
            return shifted.dropFirst().reduce(shifted[0]) { $0 + $1 }
        }
    }
}

/// A look at a mask in which many labels are wrong: what an image is to a real denoiser.
struct Glimpse {
    /// The classes that were seen `[batch, height, width]`.
    let classes: Tensor<Int32>
    /// The logarithm of the probability of what was seen, for each true class `[batch, height, width, K]`.
    let logLikelihood: Tensor<Float>

    /// A look at `truth` in which a share of the labels is replaced by classes drawn at random.
    init(of truth: Tensor<Int32>, classCount: Int, mistakes: Float, random: inout RandomSource) {
        let chances = (0..<classCount * classCount).map { entry in
            (entry % (classCount + 1) == 0 ? 1 - mistakes : 0) + mistakes / Float(classCount)
        }
        // Row by row the chances of what is seen, given the truth; the table is symmetric.
        let confusion = Tensor(chances, shape: [classCount, classCount])
        classes = drawnClasses(from: confusion.gathered(rows: truth), random: &random)
        logLikelihood = confusion.log().gathered(rows: classes)
    }
}
