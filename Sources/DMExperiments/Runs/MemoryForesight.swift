import DMDatasets
import DMLayers
import DMTensors
import DiffMatch

/// Bytes that a computation on so many pixels takes at once, told from two or three small ones like it.
package struct MemoryEstimate: Sendable {
    /// What is taken whatever the pixels are.
    private let base: Double
    private let perPixel: Double
    private let perSquare: Double

    /// An estimate from squares of three sides.
    ///
    /// - Parameters:
    ///   - sides: The sides, rising.
    ///   - isQuadratic: Whether every pixel meets every other, as in attention by softmax.
    ///   - bytes: What a computation on a square of a side takes; asked for twice at the first side.
    package init(sides: (Int, Int, Int), isQuadratic: Bool, bytes: (_ side: Int) throws -> Double) rethrows {
        let pixels = (Double(sides.0 * sides.0), Double(sides.1 * sides.1), Double(sides.2 * sides.2))
        // The first computation makes what is kept from then on.
        _ = try bytes(sides.0)
        let (first, second) = try (bytes(sides.0), bytes(sides.1))
        perPixel = max(0, (second - first) / (pixels.1 - pixels.0))
        base = max(0, first - perPixel * pixels.0)
        // Blocks are rounded up by as much as a quarter: without pairs of pixels the third would tell nothing.
        perSquare = isQuadratic ? max(0, try bytes(sides.2) - base - perPixel * pixels.2) / (pixels.2 * pixels.2) : 0
    }

    /// An estimate from what tensors take beyond what they had, while `compute` works on squares.
    init(sides: (Int, Int, Int), isQuadratic: Bool, measuring compute: (_ side: Int) throws -> Void) rethrows {
        try self.init(sides: sides, isQuadratic: isQuadratic) { side in
            let (meter, before) = (TensorMemory.PeakMeter(), TensorMemory.bytesInUse)
            try compute(side)
            return Double(meter.peak - before)
        }
    }

    /// The bytes for so many pixels.
    package func bytes(forPixels pixels: Double) -> Double { base + perPixel * pixels + perSquare * pixels * pixels }
}

/// Why something was not begun: there is not enough memory for it.
public struct MemoryError: Error, Equatable, CustomStringConvertible {
    /// What would take it.
    public let task: String
    /// The bytes that it would take, about.
    public let needed: Int
    /// The bytes that are free.
    public let available: Int
    /// What takes less.
    public let advice: String

    /// All of it, in one line.
    public var description: String {
        "\(task) would take about \(Double(needed).bytesInWords) of memory, and \(Double(available).bytesInWords) are free: \(advice)"
    }
}

extension TrainedModel {
    /// How the network can see an image of a size within the memory that is free: as its settings say, or else by windows.
    ///
    /// - Returns: The view, and a note where it is not that of the settings.
    /// - Throws: ``MemoryError`` where windows do not fit either.
    func view(forHeight height: Int, width: Int) throws -> (view: ImageView, note: String?) {
        let configured = configuration.predictionView
        let scale = configuration.evaluation.scale
        let pixels = Double(height * width) * max(1, scale * scale)
        // A network takes kilobytes for each pixel; what is far from the limit is not measured.
        guard case .whole = configured, let available = AvailableMemory.bytes, pixels * 100_000 > Double(available) else {
            return (configured, nil)
        }

        let isQuadratic = configuration.method.isGenerative && configuration.denoiser.attention == .softmax
        let estimate = try MemoryEstimate(sides: (64, 128, 192), isQuadratic: isQuadratic, measuring: { side in
            _ = try predictor.predict(Tensor<UInt8>(repeating: 127, shape: [side, side, 3]), view: .whole)
        })
        let whole = estimate.bytes(forPixels: pixels)
        if whole < 0.9 * Double(available) { return (.whole, nil) }
        // Image, sum, mean and resized result, whatever the windows are.
        let results = pixels * Double(4 * (3 + 4 * classNames.count))
        var side = max(512, configuration.augmentation.crop)
        while side > configuration.augmentation.crop, results + estimate.bytes(forPixels: Double(side * side)) > 0.8 * Double(available) {
            side = max(configuration.augmentation.crop, side * 3 / 4)
        }
        let windows = results + estimate.bytes(forPixels: Double(side * side))
        let task = "predicting \(width) x \(height) pixels"
        guard windows < 0.9 * Double(available) else {
            throw MemoryError(
                task: "\(task) by windows of \(side)", needed: Int(windows), available: available,
                advice: "make the image smaller, or set evaluation.scale below 1")
        }
        let note =
            "\(task) at once would take about \(whole.bytesInWords) of memory, and \(Double(available).bytesInWords) are free: it is "
            + "predicted by windows of \(side) pixels, as evaluation.mode=sliding-window does"
        return (.slidingWindow(SlidingWindow(side: side)), note)
    }
}

extension Configuration {
    /// What a training step would take beyond what is free; nil where it fits.
    ///
    /// - Parameters:
    ///   - state: The state before the step.
    ///   - data: The images.
    /// - Throws: What keeps a sample from being read.
    func stepThatDoesNotFit(_ state: TrainingState, on data: ExperimentData) throws -> MemoryError? {
        let images = imagesPerStep(usesUnlabeled: method.usesUnlabeled && !data.partition.unlabeled.isEmpty)
        let count = images.labeled + images.unlabeled
        let crop = augmentation.crop
        // More than any of the networks takes for a pixel: what is far from the limit is not measured.
        guard crop > 64, let available = AvailableMemory.bytes, Double(crop * crop * count) * 40_000 > Double(available) else { return nil }

        let probed = (labeled: 2, unlabeled: images.unlabeled > 0 ? 2 : 0)
        var settings = self
        settings.training.microBatch = 0
        let trainer = settings.makeTrainer()
        let isQuadratic = method.isGenerative && denoiser.attention == .softmax
        let estimate = try MemoryEstimate(sides: (48, 96, 144), isQuadratic: isQuadratic, measuring: { side in
            settings.augmentation.crop = side
            let samples = data.dataset.samples(of: .training)
            let batches = SemiSupervisedBatches(
                samples, partition: data.partition, augmentation: settings.augmentationParameters,
                labeledBatchSize: probed.labeled, unlabeledBatchSize: probed.unlabeled, seed: seed)
            _ = try trainer.gradients(of: state, batches.batch(at: 0), random: RandomStream.steps.source(seed: seed))
        })
        // As many times the pixels of the probe as pass the network together.
        let together = training.microBatch > 0 ? min(count, training.microBatch) : count
        let growth = Double(together) / Double(probed.labeled + probed.unlabeled)
        let moments = state.step == 0 ? 2 * 4 * state.student.parameterCount : 0
        let needed = estimate.bytes(forPixels: Double(crop * crop) * growth) + Double(moments)
        guard needed > Double(available) else { return nil }
        return MemoryError(
            task: "a step of \(count) images of \(crop) x \(crop) pixels", needed: Int(needed), available: available,
            advice: "lower training.batchSize or augmentation.crop, or set training.microBatch or encoder.activationCheckpointing")
    }
}
