/// Named tensors in a fixed order: one for each parameter of a module.
///
/// The common currency for gradients, moments, averages, checkpoints and messages.
public struct ParameterValues: Sendable, Equatable {
    /// The dotted names (`backbone.layer1.0.conv1.weight`), in the order of visiting.
    public private(set) var names: [String] = []
    /// The tensors, in the order of `names`.
    public var values: [Tensor<Float>] = []

    /// No values.
    public init() {}

    /// The number of tensors.
    public var count: Int { names.count }

    /// Adds a tensor behind the others.
    public mutating func append(_ name: String, _ value: Tensor<Float>) {
        names.append(name)
        values.append(value)
    }

    /// The tensor of that name, searched from the front.
    public subscript(_ name: String) -> Tensor<Float>? {
        names.firstIndex(of: name).map { values[$0] }
    }
}
