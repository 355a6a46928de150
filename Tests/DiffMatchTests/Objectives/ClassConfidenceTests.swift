import DMDiffusion
import DMExperimentFixtures
import DMExperiments
import DMTensors
import DiffMatch
import Testing

@Suite("How confident a teacher is of each class over many batches") struct ClassConfidenceTests {
    /// Eight pixels, three of class 0; and labels of four pixels, three of class 0.
    private let labels = PseudoLabels(
        probabilities: Tensor(
            [0.9, 0.71, 0.55, 0.01, 0.05, 0.1, 0.3, 0.3].flatMap { [Float($0), 1 - Float($0)] }, shape: [1, 2, 4, 2]),
        ignored: Tensor(repeating: 0, shape: [1, 2, 4]))
    private let labeled = Tensor<Int32>([0, 0, 0, 1, 255], shape: [1, 1, 5])

    @Test func theMostConfidentAreHalfOfWhatIsPredictedOrExpected() {
        var confidence = ClassConfidence(classCount: 2)
        confidence.update(labels, labeled: labeled)
        #expect(confidence.predicted.average == [0.375, 0.625])
        #expect(confidence.labeled.average == [0.75, 0.25])
        // Half of the three pixels of class 0 are one and a half: that of 0.9. Of class 1 an eighth of all pixels, one, is expected.
        let thresholds = confidence.thresholds(fraction: 0.5)
        #expect(thresholds.count == 2 && abs(thresholds[0] - 0.72) < 1e-6 && abs(thresholds[1] - 0.96) < 1e-6)
        let raised = labels.raising(from: thresholds, to: 0.995)
        #expect(raised.targets(atLeast: 0.995) == Tensor([0, 255, 255, 1, 255, 255, 255, 255], shape: [1, 2, 4]))
        #expect(confidence.thresholds(fraction: 1)[0] == 0, "all that is predicted, since more is expected")
    }

    @Test func averagesLookBackAndPaddingDoesNotCount() {
        var confidence = ClassConfidence(classCount: 2)
        confidence.update(labels, labeled: labeled)
        let padding = PseudoLabels(probabilities: Tensor(repeating: 0.5, shape: [1, 1, 1, 2]), ignored: Tensor([255], shape: [1, 1, 1]))
        confidence.update(padding, labeled: labeled)
        #expect(confidence.updateCount == 1)
        let other = PseudoLabels(probabilities: Tensor([1, 0], shape: [1, 1, 1, 2]), ignored: Tensor([0], shape: [1, 1, 1]))
        confidence.update(other, labeled: Tensor([1], shape: [1, 1, 1]))
        #expect(confidence.predicted.average == [0.6875, 0.3125], "the mean of both batches")
        #expect(confidence.labeled.average == [0.375, 0.625])
    }

    /// A teacher that predicts as the labeled images lead to expect is not adjusted any more.
    @Test func alignmentFadesOnceTheTeacherAgrees() throws {
        var confidence = ClassConfidence(classCount: 2)
        confidence.update(labels, labeled: Tensor([0, 0, 0, 1, 1, 1, 1, 1], shape: [1, 2, 4]))
        let adjustment = DebiasedAdjustment(target: .given(confidence.labeled.probabilities))
        #expect(try adjustment.samplingShift(against: confidence.predicted, at: 1).scalars.allSatisfy { abs($0) < 1e-6 })
        confidence = ClassConfidence(classCount: 2)
        confidence.update(labels, labeled: labeled)
        let shift = try DebiasedAdjustment(target: .given(confidence.labeled.probabilities))
            .samplingShift(against: confidence.predicted, at: 1).scalars
        #expect(shift[0] > 0.6 && shift[1] < -0.9, "toward class 0, of which more is expected: log 2, -log 2.5")
    }

    @Test func theFirstStepOfAnAlignedTeacherIsNotAdjusted() throws {
        let aligned = try tiny(.diffmatch, "debias.teacherTarget=labeled", "pseudoLabels.threshold=0.2")
        let off = try tiny(.diffmatch, "debias.mode=off", "pseudoLabels.threshold=0.2")
        let data = try ExperimentData(aligned)
        var (first, second) = (aligned.initialState(), off.initialState())
        let (alignedTrainer, offTrainer) = (aligned.makeTrainer(), off.makeTrainer())
        let losses = try (0..<2).map { step in
            let batch = try data.batch(at: step)
            return try (alignedTrainer.step(&first, batch).losses.total, offTrainer.step(&second, batch).losses.total)
        }
        #expect(losses[0].0 == losses[0].1)
        #expect(losses[1].0 != losses[1].1, "then it is")
    }

    @Test func whatNoTrainingCanHaveWrittenIsTold() throws {
        let confidence = ClassConfidence(classCount: 2)
        #expect(confidence.fault(classCount: 2) == nil)
        #expect(confidence.fault(classCount: 3) == "is of 2 classes, not 3")
    }
}
