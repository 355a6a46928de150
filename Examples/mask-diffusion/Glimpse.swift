import DMDiffusion
import DMTensors

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
