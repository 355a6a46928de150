import DMTensors
import DiffMatch
import Testing

@Suite struct CalibrationTests {
    @Test func binsCountWhatIsRight() throws {
        // Confidences 0.75, 0.75, 1 and 0.5, of which the first and the third are right; the last pixel is ignored.
        let probabilities = Tensor<Float>([0.75, 0.25, 0.25, 0.75, 0, 1, 0.5, 0.5, 1, 0], shape: [1, 1, 5, 2])
        let truth = Tensor<Int32>([0, 0, 1, 1, 255], shape: [1, 1, 5])
        var calibration = Calibration(binCount: 4)
        calibration.add(probabilities: probabilities, truth: truth)
        #expect(calibration.bins.map(\.count) == [0, 0, 1, 3])
        #expect(calibration.bins.map(\.correct) == [0, 0, 0, 2])
        #expect(calibration.bins[3].meanConfidence == 2.5 / 3)
        #expect(calibration.bins[3].accuracy == 2.0 / 3)
        #expect(calibration.bins[0].accuracy == nil)
        #expect(calibration.expectedError == (0.5 + 0.5) / 4)
    }

    @Test func probabilitiesThatAreNoNumbersHaveNoConfidence() {
        var calibration = Calibration(binCount: 2)
        calibration.add(probabilities: Tensor([.nan, .nan, 0.25, 0.75], shape: [1, 1, 2, 2]), truth: Tensor([0, 1], shape: [1, 1, 2]))
        #expect(calibration.bins.map(\.count) == [1, 1])
        #expect(calibration.bins[0].confidence == 0 && calibration.bins[1].confidence == 0.75)
    }

    /// Labels drawn from the probabilities themselves are calibrated; labels that contradict them are not.
    @Test func drawnLabelsAreCalibrated() throws {
        var random = RandomSource(seed: 5)
        let logits: Tensor<Float> = random.normal(shape: [4, 40, 40, 3]) * 2
        let probabilities = logits.softmax()
        let scalars = probabilities.scalars
        let drawn = (0..<4 * 40 * 40).map { pixel -> Int32 in
            let uniform = Float.random(in: 0..<1, using: &random)
            let (first, second) = (scalars[3 * pixel], scalars[3 * pixel + 1])
            return uniform < first ? 0 : uniform < first + second ? 1 : 2
        }
        var calibrated = Calibration()
        calibrated.add(probabilities: probabilities, truth: Tensor(drawn, shape: [4, 40, 40]))
        #expect(try #require(calibrated.expectedError) < 0.03)
        var wrong = Calibration()
        let others = probabilities.argmax(along: 3).scalars.map { ($0 + 1) % 3 }
        wrong.add(probabilities: probabilities, truth: Tensor(others, shape: [4, 40, 40]))
        #expect(try #require(wrong.expectedError) > 0.5)
    }

    @Test func nothingIsNotANumber() { #expect(Calibration().expectedError == nil) }
}
