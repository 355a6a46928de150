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

/// How close results have to come to what is expected: |found − expected| ≤ absolute + relative · |expected|.
enum Tolerance {
    static let relative = 1e-3
    static let absolute = 1e-7
}

extension OnnxValue {
    /// In what this result differs from what is expected; `nil` if it is close enough.
    ///
    /// Whole numbers and truth values are equal or they differ.
    func difference(from expected: OnnxValue) -> String? {
        guard type == expected.type else { return "the type is \(type), not \(expected.type)" }
        guard shape == expected.shape else { return "the shape is \(shape), not \(expected.shape)" }
        guard type.isReal else {
            let (found, wanted) = (tensor.converted(to: Int64.self).scalars, expected.tensor.converted(to: Int64.self).scalars)
            let wrong = found.indices.filter { found[$0] != wanted[$0] }
            return wrong.first.map { "\(wrong.count) of \(found.count) elements differ: element \($0) is \(found[$0]), not \(wanted[$0])" }
        }
        let (found, wanted) = (tensor.converted(to: Double.self).scalars, expected.tensor.converted(to: Double.self).scalars)
        let wrong = found.indices.filter { !isClose(found[$0], wanted[$0]) }
        return wrong.first.map { "\(wrong.count) of \(found.count) elements differ: element \($0) is \(found[$0]), not \(wanted[$0])" }
    }

    private func isClose(_ found: Double, _ expected: Double) -> Bool {
        if found == expected || (found.isNaN && expected.isNaN) { return true }
        return abs(found - expected) <= Tolerance.absolute + Tolerance.relative * abs(expected) && expected.isFinite
    }
}

/// What became of one case.
public enum CaseOutcome: Sendable, Equatable, Codable {
    /// All results are as expected.
    case passed
    /// A result differs, or the case cannot be run; the reason.
    case failed(String)
    /// The library does not do what the case asks for; the reason.
    case unsupported(String)
}

/// One case, its operators and what became of it.
public struct CaseReport: Sendable, Equatable, Codable {
    /// The name of the case's folder.
    public let name: String
    /// The operators of its graph, each once, in their order; none where the model cannot be read.
    public let operators: [String]
    /// What became of it.
    public let outcome: CaseOutcome

    /// What the case is counted under: its operator, or that it has several.
    public var group: String { operators.count == 1 ? operators[0] : operators.isEmpty ? "(not run)" : "(several operators)" }
}

/// Something that a model asks for and that is not there.
struct Unsupported: Error, CustomStringConvertible {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    var description: String { reason }
}

/// A model or its data that cannot be run, whoever runs it.
struct InvalidCase: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
