import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMTensors
import DMTestSupport
import DiffMatch
import Testing

@Suite struct PredictorTests {
    /// Enlarging the probabilities of logits gives the probabilities of enlarged logits, as training has them.
    @Test func probabilitiesAreEnlargedAsLogitsAre() {
        var random = RandomSource(seed: 3)
        let logits: Tensor<Float> = random.normal(shape: [2, 3, 4, 5]) * 6
        let expected = logits.resized(height: 12, width: 13, alignsCorners: true).softmax()
        #expect(
            largestDifference(logits.softmax().upsampledProbabilities(height: 12, width: 13), Tensor<Double>(converting: expected)) < 1e-5)
    }

    @Test func aProbabilityOfZeroStaysANumber() {
        let certain = Tensor<Float>([1, 0, 0, 1], shape: [1, 1, 2, 2])
        let enlarged = certain.upsampledProbabilities(height: 1, width: 3)
        #expect(enlarged.scalars.allSatisfy { $0.isFinite })
        #expect(enlarged.scalars[2] == enlarged.scalars[3], "half way between two certain cells nothing is known")
    }

    /// The mean over an image and its mirror image is that of its mirror image, mirrored.
    @Test(arguments: [TrainingMethod.unimatch, .diffmatch]) func aFlippedPredictionKnowsNoSide(method: TrainingMethod) throws {
        let state = try tiny(method).initialState()
        var random = RandomSource(seed: 4)
        let images: Tensor<Float> = random.normal(shape: [2, 32, 32, 3])
        var predictor = try tiny(method).objective.predictor(of: state.student, prior: state.prior, use: .prediction)
        func probabilities(_ images: Tensor<Float>) throws -> Tensor<Float> {
            try predictor.predict(images, view: .whole, random: RandomSource(seed: 0)).probabilities
        }
        let once = try probabilities(images)
        predictor.flips = true
        let both = try probabilities(images)
        #expect(both != once)
        #expect(both.sum(along: [3]).scalars.allSatisfy { abs($0 - 1) < 1e-5 })
        // A generative head starts from noise, which the mirrored image does not mirror.
        guard method == .unimatch else { return }
        let mirrored = try probabilities(images.reversed(along: 2)).reversed(along: 2)
        #expect(largestDifference(both, Tensor<Double>(converting: mirrored)) < 1e-6)
    }

    /// softmax(l + tau (log q* - log q)) is softmax(l) (q*/q)^tau, normalized.
    @Test func aClassifierIsAdjustedInPredictionAlone() throws {
        var state = try tiny(.unimatch).initialState()
        state.prior.update(labeled: Tensor([0, 0, 0, 0, 1, 1, 2, 3, 4], shape: [1, 3, 3]), pseudoLabeled: nil)
        var random = RandomSource(seed: 4)
        let images: Tensor<Float> = random.normal(shape: [2, 32, 32, 3])
        func probabilities(use: DebiasedAdjustment.Use, strength: Double) throws -> Tensor<Double> {
            let predictor = Predictor(
                model: state.student, sampling: SamplerSettings(), schedule: .cosine,
                adjustment: DebiasedAdjustment(mode: .sampling, strength: strength), prior: state.prior, use: use)
            return Tensor(converting: try predictor.predict(images, random: RandomSource(seed: 0)).probabilities)
        }
        let plain = try probabilities(use: .prediction, strength: 0)
        let adjusted = try probabilities(use: .prediction, strength: 0.5)
        let weighted = plain * Tensor(state.prior.probabilities.map { 1 / $0.squareRoot() })
        let expected = weighted / weighted.sum(along: [3], keepingAxes: true)
        #expect(largestDifference(adjusted, expected) < 1e-5)
        #expect(try probabilities(use: .teacher, strength: 0.5) == plain, "pseudo-labels are the classifier's own")
    }
}
