import DMDatasets
import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMLayers
import DMTensors
import DMTestSupport
import DiffMatch
import Testing

@Suite struct PseudoLabelsTests {
    /// Four pixels in a row: sure of 2, sure of 0 and padded, at the threshold, unsure.
    private let labels = PseudoLabels(
        probabilities: Tensor([0.05, 0.05, 0.9, 0.98, 0.01, 0.01, 0.1, 0.75, 0.15, 0.4, 0.35, 0.25], shape: [1, 1, 4, 3]),
        ignored: Tensor([0, 255, 0, 0], shape: [1, 1, 4]))

    @Test func arePaddedAndThresholded() {
        #expect(labels.classes == Tensor([2, 255, 1, 0], shape: [1, 1, 4]))
        #expect(labels.confidence == Tensor([0.9, 0.98, 0.75, 0.4], shape: [1, 1, 4]))
        #expect(labels.targets(atLeast: 0.75) == Tensor([2, 255, 1, 255], shape: [1, 1, 4]), "the threshold itself suffices")
        #expect(labels.targets(atLeast: 0) == labels.classes)
        #expect(labels.targets(atLeast: 1) == Tensor(repeating: 255, shape: [1, 1, 4]))
    }

    @Test func coverageLeavesPaddingOut() {
        #expect(labels.coverage(atLeast: 0.75) == 2.0 / 3)
        #expect(labels.coverage(atLeast: 0) == 1)
        #expect(labels.coverage(atLeast: 1) == 0)
        let padded = PseudoLabels(probabilities: Tensor(repeating: 0.5, shape: [1, 1, 1, 2]), ignored: Tensor([255], shape: [1, 1, 1]))
        #expect(padded.coverage(atLeast: 0) == 0)
    }

    /// Confidences of class 0: 0.9, 0.6, 0.5 and one of padding; of class 1: 0.55.
    @Test func theSurestOfEachClassAreRaised() {
        let labels = PseudoLabels(
            probabilities: Tensor([0.6, 0.4, 0.9, 0.1, 0.45, 0.55, 0.5, 0.5, 0.7, 0.3], shape: [1, 1, 5, 2]),
            ignored: Tensor([0, 0, 0, 0, 255], shape: [1, 1, 5]))
        #expect(labels.raising(share: 0, to: 0.8).targets(atLeast: 0.8) == Tensor([255, 0, 255, 255, 255], shape: [1, 1, 5]))
        #expect(labels.raising(share: 0.01, to: 0.8).targets(atLeast: 0.8) == Tensor([255, 0, 1, 255, 255], shape: [1, 1, 5]))
        let half = labels.raising(share: 0.5, to: 0.8)
        #expect(half.targets(atLeast: 0.8) == Tensor([0, 0, 1, 255, 255], shape: [1, 1, 5]), "two of three, one of one")
        #expect(half.confidence == Tensor([0.8, 0.9, 0.8, 0.5, 0.7], shape: [1, 1, 5]))
        #expect(labels.raising(share: 1, to: 0.8).coverage(atLeast: 0.8) == 1)
    }

    @Test func otherPaddingStopsTheProgram() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = PseudoLabels(
                probabilities: Tensor(repeating: 0.5, shape: [1, 2, 2, 2]), ignored: Tensor(repeating: 0, shape: [1, 2, 3]))
        }
        #expect(message(result.standardErrorContent).contains("probabilities [1, 2, 2, 2] and padding [1, 2, 3] do not fit"))
    }

    /// The strong view's targets are the teacher's labels with the boxes of its images pasted.
    @Test(arguments: [TrainingMethod.fixmatch, .diffmatch]) func followTheBoxesOfTheStrongViews(method: TrainingMethod) throws {
        let configuration = try tiny(
            method, "pseudoLabels.threshold=0.3", "augmentation.cutMixProbability=1", "augmentation.cutMixArea=[0.2, 0.4]",
            "augmentation.scaleRange=[0.5, 0.7]")
        let data = try ExperimentData(configuration)
        let trainer = configuration.makeTrainer()
        let state = configuration.initialState()
        let batch = try data.batch(at: 0)
        let unlabeled = try #require(batch.unlabeled)
        let random = RandomSource(seed: 5)
        let teacher = trainer.objective.predictor(
            of: method == .diffmatch ? state.ema : state.student, prior: state.prior, use: .teacher)
        let outcome = try trainer.gradients(of: state, batch, random: random)

        let prediction = try teacher.predict(unlabeled.weak, random: random.split(0), mode: .batchStatistics)
        let labels = PseudoLabels(probabilities: prediction.probabilities, ignored: Tensor(converting: unlabeled.ignored))
            .raising(share: method == .diffmatch ? 0.5 : 0, to: 0.3)
        let plain = labels.targets(atLeast: 0.3)
        let found = try #require(outcome.pseudoTargets)
        #expect(found == unlabeled.strong[0].mixing.mixed(plain), "a label and its confidence travel together")
        #expect(found != plain, "the boxes change something here")
        #expect(plain.scalars.contains(255) && plain.scalars.contains { $0 != 255 })
        #expect(outcome.coverage == labels.coverage(atLeast: 0.3))
    }
}
