import DMTensors

/// What an operator is handed: its operands and its settings.
struct OperatorCall {
    let node: OnnxNode
    let inputs: [OnnxValue?]
    /// The version of the standard operators.
    let operatorSet: Int

    /// How many results are wanted.
    var outputCount: Int { node.outputs.count }

    /// The operand at a position, if there is one.
    func optional(_ position: Int) -> OnnxValue? { inputs.indices.contains(position) ? inputs[position] : nil }

    /// The operand at a position.
    func input(_ position: Int) throws -> OnnxValue {
        guard let value = optional(position) else { throw InvalidCase("\(node.operation) lacks operand \(position)") }
        return value
    }

    /// An operand of real numbers.
    func real(_ position: Int) throws -> any RealTensor {
        let value = try input(position)
        guard let tensor = value.tensor as? any RealTensor else { throw Unsupported("\(node.operation) of the type \(value.type)") }
        return tensor
    }

    /// An operand of numbers.
    func numeric(_ position: Int) throws -> any NumericTensor {
        let value = try input(position)
        guard let tensor = value.tensor as? any NumericTensor else { throw Unsupported("\(node.operation) of the type \(value.type)") }
        return tensor
    }

    /// An operand of the same scalar as another one.
    func tensor<Scalar>(_ position: Int, _: Scalar.Type = Scalar.self) throws -> Tensor<Scalar> {
        let value = try input(position)
        guard let tensor = value.tensor as? Tensor<Scalar> else {
            throw InvalidCase("\(node.operation): operand \(position) has the type \(value.type)")
        }
        return tensor
    }

    /// An operand of the same scalar as another one, if there is one.
    func optionalTensor<Scalar>(_ position: Int, _: Scalar.Type = Scalar.self) throws -> Tensor<Scalar>? {
        optional(position) == nil ? nil : try tensor(position)
    }

    /// An operand of whole numbers as a list, if there is one.
    func integers(_ position: Int) -> [Int]? { optional(position)?.tensor.converted(to: Int64.self).scalars.map { Int($0) } }

    /// An operand as positions.
    func positions(_ position: Int) throws -> Tensor<Int32> { try input(position).tensor.converted(to: Int32.self) }

    /// Whole numbers that are a setting in early versions of an operator and an operand in later ones.
    func integers(_ name: String, orInput position: Int) -> [Int]? { integers(position) ?? integers(name) }
}

/// Settings.
extension OperatorCall {
    func integer(_ name: String, default value: Int = 0) -> Int { optionalInteger(name) ?? value }

    func optionalInteger(_ name: String) -> Int? {
        guard case .number(let number) = node.attributes[name] else { return nil }
        return Int(number)
    }

    func integers(_ name: String) -> [Int]? {
        guard case .numbers(let numbers) = node.attributes[name] else { return nil }
        return numbers.map { Int($0) }
    }

    func real(_ name: String, default value: Double) -> Double { optionalReal(name) ?? value }

    func optionalReal(_ name: String) -> Double? {
        guard case .real(let number) = node.attributes[name] else { return nil }
        return Double(number)
    }

    func text(_ name: String, default value: String) -> String {
        guard case .text(let text) = node.attributes[name] else { return value }
        return text
    }

    /// Whether a setting is set, as a number other than 0.
    func flag(_ name: String, default value: Bool = false) -> Bool { integer(name, default: value ? 1 : 0) != 0 }

    /// The axis that a setting names, counted from the first.
    func axis(_ name: String = "axis", default value: Int, rank: Int) throws -> Int {
        let axis = integer(name, default: value)
        return try resolved([axis], rank: rank)[0]
    }

    /// Axes counted from the first, in the order in which they are given.
    func resolved(_ axes: [Int], rank: Int) throws -> [Int] {
        let resolved = axes.map { $0 < 0 ? $0 + rank : $0 }
        guard resolved.allSatisfy({ (0..<max(1, rank)).contains($0) }), Set(resolved).count == axes.count else {
            throw InvalidCase("\(node.operation): the axes \(axes) of \(rank) axes")
        }
        return resolved
    }
}

/// An operator: makes results from operands.
typealias OnnxOperator = @Sendable (OperatorCall) throws -> [OnnxValue]
