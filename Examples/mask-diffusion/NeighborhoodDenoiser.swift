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
        let products = matmul(mask.reshaped(to: [-1, encoding.channelCount]), codes, transposingSecond: true)
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
