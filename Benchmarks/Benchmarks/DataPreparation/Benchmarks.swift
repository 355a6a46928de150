import Benchmark

/// Whether the trainer ever waits: batches read from JPEG files of 500 x 375, beside the steps that they are for.
///
/// The files are written before the clock starts, and are in the system's cache when they are read.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .imagesPerSecond], warmupIterations: 1, maxDuration: .seconds(10), maxIterations: 50)
    registerBatches()
    registerSteps()
}
