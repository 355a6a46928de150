public import DMAutograd
public import DMTensors

/// A trainable tensor.
public struct Parameter: Sendable {
    /// What a forward pass computes with; tracked inside `valueAndGradients(of:_:)`.
    public private(set) var variable: Variable<Float>
    /// How PyTorch lays out the same numbers.
    public let layout: ParameterLayout

    /// A parameter that starts at `value`.
    ///
    /// - Parameters:
    ///   - value: The first value.
    ///   - layout: How PyTorch lays out the same numbers, for the import and export of weights.
    public init(_ value: Tensor<Float>, layout: ParameterLayout = .alike) {
        variable = Variable(value)
        self.layout = layout
    }

    /// The current value.
    public var value: Tensor<Float> {
        get { variable.value }
        set { variable = Variable(newValue) }
    }

    /// The extents of the value.
    public var shape: [Int] { variable.shape }

    /// Changes the value in place, without a copy where nobody else holds it.
    public mutating func update(_ body: (inout Tensor<Float>) -> Void) {
        var value = variable.value
        variable = Parameter.none
        body(&value)
        variable = Variable(value)
    }

    /// Computes with another variable from here on.
    mutating func replace(with variable: Variable<Float>) { self.variable = variable }

    mutating func track() { variable = .tracked(variable.value) }

    private static let none = Variable(Tensor<Float>([]))
}
