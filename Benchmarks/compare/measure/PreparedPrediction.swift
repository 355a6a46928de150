import DMDatasets
import DMExperiments
import DMLayers
import DMTensors
import DiffMatch

/// A network with weights as they were drawn, and images for it.
struct PreparedPrediction {
    private let predictor: Predictor
    private let images: Tensor<Float>

    /// - Throws: `ConfigurationError` for settings that are wrong.
    init(_ workload: Workload) throws {
        let configuration = try workload.configuration()
        let trainer = configuration.makeTrainer()
        predictor = trainer.predictor(of: trainer.initialState(of: configuration.makeModel(classCount: workload.classes)))
        images = workload.batch(for: .supervised).labeled.images
    }

    /// Numbers that are learned.
    var parameterCount: Int { predictor.model.parameterCount }

    /// Predicts once.
    ///
    /// - Throws: `DebiasedAdjustmentError`.
    func run() throws { consume(try predictor.predict(images, random: RandomSource(seed: 1)).classes) }
}
