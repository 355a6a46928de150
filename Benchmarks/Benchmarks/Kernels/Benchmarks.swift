import Benchmark

/// The operations in which training spends its time, one by one, on shapes as networks have them.
///
/// Inputs are made before the clock starts, from one seed.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock], warmupIterations: 5, maxDuration: .seconds(2))
    registerConvolutions()
    registerMatrixProducts()
    registerLinearLayers()
    registerBatchNormalization()
    registerDeformableSampling()
    registerCrossEntropy()
    registerRandomNumbers()
}
