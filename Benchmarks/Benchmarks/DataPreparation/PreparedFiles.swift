import DMDatasets
import DMExperiments
import DMTensors
import DiffMatch
import Foundation

/// A data set of painted landscapes of the size of photographs, in JPEG files, and a training on it.
///
/// A reference, because a benchmark's closure is handed what was set up as a constant.
final class PreparedFiles {
    /// The images that a batch is made of.
    let imagesOfABatch: Int
    private let data: ExperimentData
    private let trainer: Trainer
    private let batch: TrainingBatch
    private var state: TrainingState
    private var step = 0

    private static let (imageCount, width, height) = (32, 500, 375)

    /// Writes the files into a new folder.
    ///
    /// - Parameters:
    ///   - folder: A path that nothing is at.
    ///   - crop: The side of a view.
    /// - Throws: What keeps a file from being written or read.
    init(in folder: String, crop: Int) throws {
        try Self.write(to: folder)
        var configuration = Configuration()
        try configuration.set(["dataset.name=folder", "dataset.root=\(folder)", "dataset.labeledFraction=1/2", "augmentation.crop=\(crop)"])
        imagesOfABatch = 2 * configuration.training.batchSize
        data = try ExperimentData(configuration)
        trainer = configuration.makeTrainer()
        state = configuration.initialState(classCount: data.dataset.classNames.count)
        state.step = configuration.training.steps / 2
        batch = try data.batch(at: 0)
    }

    /// The views of the next step, read from the files.
    ///
    /// - Throws: What keeps a file from being read.
    func nextBatch() throws -> TrainingBatch {
        step += 1
        return try data.batch(at: step)
    }

    /// Takes the next training step, always with the same batch.
    ///
    /// - Throws: `TrainingError.notFinite`.
    func takeStep() throws { _ = try trainer.step(&state, batch) }

    /// A path for one benchmark's files.
    static func temporaryFolder() -> String {
        FileManager.default.temporaryDirectory.appending(path: "preparation-\(UUID().uuidString)").path
    }

    private static func write(to folder: String) throws {
        let scenes = BuiltInScenes(BuiltInScenes.Settings(side: width, trainingCount: imageCount))
        for part in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        let names = scenes.classNames.map { #"{"name": "\#($0)"}"# }.joined(separator: ", ")
        try Data(#"{"classes": [\#(names)]}"#.utf8).write(to: URL(filePath: "\(folder)/classes.json"))
        var random = RandomSource(seed: 1)
        for index in 0..<imageCount {
            let scene = scenes.samples(of: .training).sample(at: index)
            let top = (width - height) / 2
            let image = grainy(scene.image.sliced(along: 0, from: top, to: top + height), &random)
            try JPEGSample.write(image, to: "\(folder)/images/\(index).jpg")
            if let mask = scene.mask?.sliced(along: 0, from: top, to: top + height) {
                try ImageFile.write(LabelMap(mask), to: "\(folder)/masks/\(index).png")
            }
        }
    }

    /// The image with noise, which makes a file as large as a photograph's.
    private static func grainy(_ image: Tensor<UInt8>, _ random: inout RandomSource) -> Tensor<UInt8> {
        let noise: Tensor<Float> = random.normal(shape: image.shape)
        let values = (Tensor<Float>(converting: image) + noise * 12).scalars
        return Tensor(values.map { UInt8(min(255, max(0, $0))) }, shape: image.shape)
    }
}
