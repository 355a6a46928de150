package import DMDatasets
package import DMExperiments
package import DMTensors
package import DiffMatch
import Foundation
import Testing

/// The settings of a training that takes a second: five classes, 32 pixels, 16 images, few channels.
package func tiny(_ method: TrainingMethod, _ assignments: String...) throws -> Configuration {
    var configuration = Configuration()
    configuration.method = method
    try configuration.set([
        "dataset.side=32", "dataset.classes=5", "dataset.ratio=20", "dataset.trainingImages=16", "dataset.validationImages=3",
        "dataset.testImages=5", "dataset.labeledFraction=1/4", "augmentation.crop=32", "encoder.channels=8", "decoder.channels=8",
        "decoder.lowLevelChannels=4", "decoder.rates=[1, 2]", "denoiser.layers=2", "denoiser.channels=8", "denoiser.heads=2",
        "denoiser.points=2", "pseudoLabels.threshold=0.25", "pseudoLabels.rampUp=0", "training.steps=4", "training.batchSize=2",
        "training.evaluateEvery=2", "training.checkpointEvery=2",
    ])
    try configuration.set(assignments)
    try configuration.validate()
    return configuration
}

extension Configuration {
    /// The state before the first step.
    package func initialState() -> TrainingState { initialState(classCount: dataset.classes) }
}

extension ExperimentData {
    /// Some images of a part, normalized, `[n, h, w, 3]`, and their masks, `[n, h, w]`; all of one size.
    package func images(of part: DatasetPart, at indices: Range<Int>) throws -> (images: Tensor<Float>, masks: Tensor<Int32>) {
        let samples = dataset.samples(of: part)
        let read = try indices.map { try samples.sample(at: $0) }
        let normalization = batches.augmentation.normalization
        return (
            stacked(read.map { normalization.normalized($0.image) }),
            stacked(try read.map { Tensor(converting: try #require($0.mask)) })
        )
    }
}

/// The state after some steps of a training, and what each step reported.
package func trained(
    _ configuration: Configuration, steps: Int, observing observe: (TrainingState) -> Void = { _ in }
) throws -> (state: TrainingState, reports: [StepReport]) {
    let data = try ExperimentData(configuration)
    let trainer = configuration.makeTrainer()
    var state = configuration.initialState(classCount: data.dataset.classNames.count)
    var reports: [StepReport] = []
    for step in 0..<steps {
        reports.append(try trainer.step(&state, data.batch(at: step)))
        observe(state)
    }
    return (state, reports)
}

/// Runs a test on a path that nothing is at, and removes what is there after it.
package func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "diffmatch-\(UUID().uuidString)").path
    defer {
        if FileManager.default.fileExists(atPath: path) {
            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
        }
    }
    try body(path)
}
