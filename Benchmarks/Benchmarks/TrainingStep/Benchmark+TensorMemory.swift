import Benchmark
import DMTensors

extension BenchmarkMetric {
    /// The most memory that tensors occupied at once in an iteration, in bytes.
    static var peakTensorMemory: BenchmarkMetric { .custom("Memory (tensors peak)") }
}

extension Benchmark {
    /// Runs the work of an iteration and notes the memory that its tensors took.
    func measuringTensorMemory(_ work: () throws -> Void) rethrows {
        let meter = TensorMemory.PeakMeter()
        try work()
        measurement(.peakTensorMemory, meter.peak)
    }
}
