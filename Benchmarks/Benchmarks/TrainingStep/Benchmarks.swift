import Benchmark

/// What a user waits for: training steps and predictions with the demonstration's configuration.
///
/// Images are drawn and cut before the clock starts.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .peakMemoryResident, .peakTensorMemory], warmupIterations: 2, maxDuration: .seconds(15))
    registerTrainingSteps()
    registerPredictions()
}
