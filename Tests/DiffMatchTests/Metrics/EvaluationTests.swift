import DMDatasets
import DMExperimentFixtures
import DMExperiments
import DMTensors
import DiffMatch
import Testing

@Suite struct EvaluationTests {
    @Test(arguments: [TrainingMethod.unimatch, .diffmatch]) func countsEveryPixelOnce(method: TrainingMethod) throws {
        let configuration = try tiny(method)
        let data = try ExperimentData(configuration)
        let state = configuration.initialState()
        let predictor = configuration.makeTrainer().predictor(of: state)
        let evaluation = try Evaluation(of: predictor, on: data.dataset.samples(of: .test), batchSize: 2, everyStep: true)

        var expected = [Int](repeating: 0, count: 25)
        var steps = [[Int]](repeating: expected, count: method == .diffmatch ? 3 : 0)
        for start in [0, 2, 4] {
            let (images, masks) = try data.images(of: .test, at: start..<min(5, start + 2))
            let source = RandomSource(seed: 0).split(4).split(UInt64(start))
            let prediction = try predictor.predict(images, random: source)
            func count(_ classes: Tensor<Int32>, into counts: inout [Int]) {
                for (truth, found) in zip(masks.scalars, classes.scalars) where truth != 255 { counts[Int(truth) * 5 + Int(found)] += 1 }
            }
            count(prediction.classes, into: &expected)
            for step in steps.indices { count(prediction.classes(afterStep: step), into: &steps[step]) }
        }
        #expect(evaluation.prediction.counts == expected)
        #expect(evaluation.samplingSteps.map(\.counts) == steps)
        #expect(expected.reduce(0, +) == 5 * 32 * 32)
        #expect(try Evaluation(of: predictor, on: data.dataset.samples(of: .test), batchSize: 2).samplingSteps.isEmpty)
    }
}
