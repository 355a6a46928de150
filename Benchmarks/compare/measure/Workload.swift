import DMDatasets
import DMExperiments
import DMTensors
import DiffMatch

/// Settings of the library, and images of a size.
struct Workload: Decodable {
    let height, width, classes: Int
    /// Labeled images of a step, and as many unlabeled ones for methods that use them; or the images to predict.
    let images: Int
    /// Values of ``Configuration/settings`` that differ from the demonstration's.
    let settings: [String: String]

    /// The configuration that the settings describe.
    func configuration() throws -> Configuration {
        var configuration = Configuration()
        for (key, value) in settings { try configuration.set(key, to: value) }
        try configuration.validate()
        return configuration
    }

    /// A batch of noise with random labels: what is computed does not depend on what is seen.
    func batch(for method: TrainingMethod) -> TrainingBatch {
        var random = RandomSource(seed: 1)
        let names = (0..<images).map { "\($0)" }
        func views() -> Tensor<Float> { random.normal(shape: [images, height, width, 3]) }
        let labels: Tensor<Float> = random.uniform(shape: [images, height, width], in: 0..<Float(classes))
        let labeled = LabeledBatch(identifiers: names, images: views(), masks: Tensor(converting: labels))
        guard method.usesUnlabeled else { return TrainingBatch(labeled: labeled) }
        // A quarter of each strong view comes from the next image.
        let box = CutMixBox(rows: height / 4..<height * 3 / 4, columns: width / 4..<width * 3 / 4)
        let mixing = CutMixBoxes(boxes: names.map { _ in box }, partners: names.indices.map { ($0 + 1) % images })
        let unlabeled = UnlabeledBatch(
            identifiers: names, weak: views(), ignored: Tensor(repeating: 0, shape: [images, height, width]),
            strong: (0..<2).map { _ in StrongBatch(images: views(), mixing: mixing) })
        return TrainingBatch(labeled: labeled, unlabeled: unlabeled)
    }
}
