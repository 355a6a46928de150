import DMTensors
import Foundation

/// Measures one case in this process and prints one line of JSON.
///
///     measure THREADS REPETITIONS < case.json
///
/// A case is an entry of `cases.json`. Each case has a process of its own, because the most memory that a process
/// ever held is one number.
@main
enum Measure {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 2, arguments.allSatisfy({ $0 > 0 }) else {
            FileHandle.standardError.write(Data("usage: measure THREADS REPETITIONS < case.json\n".utf8))
            exit(2)
        }
        let repetitions = arguments[1]
        Parallelism.defaultThreadCount = arguments[0]
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let before = try residentPeak()
        var measurement = Measurement(threads: arguments[0], residentBefore: before)
        switch try JSONDecoder().decode(Case.self, from: input) {
        case .convolutions(let layers):
            for layer in layers { layer.measure(into: &measurement, repetitions: repetitions) }
            measurement.tensors = TensorMemory.peakMemory
        case .step(let workload):
            var training = try PreparedTraining(workload)
            measurement.parameters = training.parameterCount
            let meter = TensorMemory.PeakMeter()
            try measurement.time("step", repetitions: repetitions) { try training.step() }
            measurement.tensors = meter.peak
        case .prediction(let workload):
            let prediction = try PreparedPrediction(workload)
            measurement.parameters = prediction.parameterCount
            let meter = TensorMemory.PeakMeter()
            try measurement.time("prediction", repetitions: repetitions) { try prediction.run() }
            measurement.tensors = meter.peak
        }
        measurement.resident = try residentPeak()
        try measurement.printLine()
    }
}
