import Benchmark
import DMDatasets
import DMExperiments
import DMTensors
import DiffMatch

/// The classes of 16 images with three sampling steps, the demonstration's number.
func registerPredictions() {
    Benchmark("prediction diffmatch") { benchmark, prediction in
        try benchmark.measuringTensorMemory { try prediction.run() }
    } setup: {
        try PreparedPrediction()
    }
}

/// A network with weights as they were drawn, and images for it.
private struct PreparedPrediction {
    private let predictor: Predictor
    private let images: Tensor<Float>

    /// - Throws: What keeps an image from being made.
    init() throws {
        let configuration = Configuration()
        let trainer = configuration.makeTrainer()
        let data = try ExperimentData(configuration)
        predictor = trainer.predictor(of: configuration.initialState(classCount: data.dataset.classNames.count))
        let normalization = predictor.model.normalization
        let samples = data.dataset.samples(of: .test)
        images = stacked(try (0..<16).map { normalization.normalized(try samples.image(at: $0)) })
    }

    /// Predicts once.
    ///
    /// - Throws: `DebiasedAdjustmentError`.
    func run() throws { blackHole(try predictor.predict(images, random: RandomSource(seed: 1)).classes) }
}
