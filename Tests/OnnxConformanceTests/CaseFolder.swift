import Foundation

/// A folder of cases that is taken away afterward.
final class CaseFolder {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a case of one node.
    func write(_ name: String, model: [UInt8], inputs: [[UInt8]], outputs: [[UInt8]]) throws {
        let dataSet = "\(path)/\(name)/test_data_set_0"
        try FileManager.default.createDirectory(atPath: dataSet, withIntermediateDirectories: true)
        var files = [("\(path)/\(name)/model.onnx", model)]
        files += inputs.enumerated().map { ("\(dataSet)/input_\($0).pb", $1) }
        files += outputs.enumerated().map { ("\(dataSet)/output_\($0).pb", $1) }
        for (file, bytes) in files { try Data(bytes).write(to: URL(filePath: file)) }
    }

    /// Writes 1, 2, 3 + 10, 20, 30 with the given expectation.
    func writeSum(_ name: String, operation: String = "Add", expecting: [Float] = [11, 22, 33], shape: [Int] = [3]) throws {
        try write(
            name, model: modelFile(operation),
            inputs: [tensorFile([1, 2, 3], shape: [3]), tensorFile([10, 20, 30], shape: [3])],
            outputs: [tensorFile(expecting, shape: shape)])
    }
}
