import DMFormats
import DMTensors
import Foundation

/// A folder with a model and what it makes of given inputs: `model.onnx`, `test_data_set_N/{input,output}_N.pb`.
struct ConformanceCase {
    let folder: String

    /// Runs the model on all its data sets.
    func run() -> CaseReport {
        let name = (folder as NSString).lastPathComponent
        var operators: [String] = []
        do {
            let model = try OnnxModel(try FileBytes.read(folder + "/model.onnx"))
            for node in model.nodes where !operators.contains(node.operation) { operators.append(node.operation) }
            let dataSets = try dataSets()
            guard !dataSets.isEmpty else { throw InvalidCase("there is no test_data_set_0") }
            if let fault = ConformanceCase.faults[name] { throw Unsupported(fault) }
            for dataSet in dataSets { try compare(model, with: dataSet) }
            return CaseReport(name: name, operators: operators, outcome: .passed)
        } catch let error as Unsupported {
            return CaseReport(name: name, operators: operators, outcome: .unsupported(error.reason))
        } catch {
            return CaseReport(name: name, operators: operators, outcome: .failed("\(error)"))
        }
    }

    /// Cases whose expected results do not follow from their model.
    private static let faults = [
        "test_adam_multiple": "its results were made with epsilon = 0.01, its model leaves epsilon at the default of 1e-6"
    ]

    private func dataSets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("test_data_set_") }.sorted()
            .map { folder + "/" + $0 }
    }

    private func compare(_ model: OnnxModel, with dataSet: String) throws {
        if let port = (model.inputs + model.outputs).first(where: { !$0.isTensor }) {
            throw Unsupported("'\(port.name)' is a sequence or an optional value")
        }
        let inputs = try values("input", of: model.inputs, in: dataSet), expected = try values("output", of: model.outputs, in: dataSet)
        guard expected.count == model.outputs.count else {
            throw InvalidCase("\(expected.count) outputs are expected of a model that has \(model.outputs.count)")
        }
        let found = try GraphRun(model).outputs(inputs)
        for ((found, expected), port) in zip(zip(found, expected), model.outputs) {
            if let difference = found.difference(from: expected) { throw InvalidCase("\(port.name): \(difference)") }
        }
    }

    /// The tensors `KIND_0.pb`, `KIND_1.pb`, ... of a data set.
    private func values(_ kind: String, of ports: [OnnxPort], in dataSet: String) throws -> [OnnxValue] {
        var values: [OnnxValue] = []
        while FileManager.default.fileExists(atPath: "\(dataSet)/\(kind)_\(values.count).pb") {
            let bytes = try FileBytes.read("\(dataSet)/\(kind)_\(values.count).pb")
            let declared = ports.indices.contains(values.count) ? ports[values.count].typeCode : 0
            values.append(try OnnxValue(try OnnxTensor(bytes[...]), declared: declared))
        }
        return values
    }
}
