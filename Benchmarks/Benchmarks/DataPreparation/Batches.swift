import Benchmark
import DiffMatch
import Foundation

extension BenchmarkMetric {
    /// Images that were read, decoded and turned into views, by the time that it took.
    static var imagesPerSecond: BenchmarkMetric { .custom("Images per second", polarity: .prefersLarger) }
}

/// A batch of DiffMatch's views from 8 labeled and 8 unlabeled files: 16 images are decoded, 32 views drawn.
func registerBatches() {
    for crop in [96, 321, 513] {
        let folder = PreparedFiles.temporaryFolder()
        Benchmark("batch 8 + 8 of 500x375 JPEG, crop \(crop)") { benchmark, preparation in
            let clock = ContinuousClock()
            let seconds = try clock.measure { blackHole(try preparation.nextBatch()) } / .seconds(1)
            benchmark.measurement(.imagesPerSecond, Int(Double(preparation.imagesOfABatch) / seconds))
        } setup: {
            try PreparedFiles(in: folder, crop: crop)
        } teardown: {
            try FileManager.default.removeItem(atPath: folder)
        }
    }
}

/// The training step of the demonstration's network, the smallest there is, on such batches.
func registerSteps() {
    for crop in [96, 321] {
        let folder = PreparedFiles.temporaryFolder()
        Benchmark("training step 8 + 8, demonstration's network, crop \(crop)") { _, preparation in
            try preparation.takeStep()
        } setup: {
            try PreparedFiles(in: folder, crop: crop)
        } teardown: {
            try FileManager.default.removeItem(atPath: folder)
        }
    }
}
