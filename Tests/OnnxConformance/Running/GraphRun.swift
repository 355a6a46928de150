import DMTensors

/// Runs the nodes of a model one after another.
struct GraphRun {
    private let model: OnnxModel

    init(_ model: OnnxModel) { self.model = model }

    /// The values of the model's outputs, for values of its inputs.
    func outputs(_ inputs: [OnnxValue?]) throws -> [OnnxValue] {
        guard inputs.count <= model.inputs.count else {
            throw InvalidCase("\(inputs.count) inputs for a model that has \(model.inputs.count)")
        }
        var values: [String: OnnxValue] = [:]
        for constant in model.constants { values[constant.name] = try OnnxValue(constant) }
        for (port, value) in zip(model.inputs, inputs) { values[port.name] = value }
        for node in model.nodes {
            guard let run = Operators.table[node.operation] else { throw Unsupported(Operators.reasonForAbsence(of: node.operation)) }
            let operands = try node.inputs.map { name in
                guard !name.isEmpty else { return nil as OnnxValue? }
                guard let value = values[name] else { throw InvalidCase("\(node.operation) reads '\(name)', which nothing makes") }
                return value
            }
            let results = try run(OperatorCall(node: node, inputs: operands, operatorSet: model.operatorSet))
            for (index, name) in node.outputs.enumerated() where !name.isEmpty {
                guard results.indices.contains(index) else { throw Unsupported("result \(index) of \(node.operation)") }
                values[name] = results[index]
            }
        }
        return try model.outputs.map { port in
            guard let value = values[port.name] else { throw InvalidCase("nothing makes the output '\(port.name)'") }
            return value
        }
    }
}
