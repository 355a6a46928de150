import Benchmark
import DMExperiments
import DiffMatch

/// One training step of the supervised baseline and of DiffMatch: forward, backward, the optimizer,
/// the moving average, and for DiffMatch the teacher's sampling.
func registerTrainingSteps() {
    for method in [TrainingMethod.supervised, .diffmatch] {
        Benchmark("training step \(method.rawValue)") { benchmark, training in
            try benchmark.measuringTensorMemory { try training.step() }
        } setup: {
            try PreparedTraining(method)
        }
    }
}
