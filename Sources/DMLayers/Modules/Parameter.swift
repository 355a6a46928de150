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

/// How PyTorch lays out the numbers of a parameter.
public enum ParameterLayout: Sendable {
    /// As here.
    case alike
    /// `[in, out]` here, `[out, in]` there.
    case linear
    /// `[height, width, in / groups, out]` here, `[out, in / groups, height, width]` there.
    case convolution

    /// The shape that PyTorch gives a parameter of this shape.
    func foreignShape(of shape: [Int]) -> [Int] {
        switch self {
        case .alike: shape
        case .linear: [shape[1], shape[0]]
        case .convolution: [shape[3], shape[2], shape[0], shape[1]]
        }
    }

    /// The value as PyTorch lays it out.
    func foreign(_ value: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .alike: value
        case .linear: value.transposed(permutation: [1, 0])
        case .convolution: value.transposed(permutation: [3, 2, 0, 1])
        }
    }

    /// PyTorch's value as it is laid out here, nil where its shape is not that of a parameter of shape `shape`.
    ///
    /// A linear map may come as a 1x1 convolution, `[out, in, 1, 1]`.
    func own(_ value: Tensor<Float>, shape: [Int]) -> Tensor<Float>? {
        let expected = foreignShape(of: shape)
        let isConvolution = self == .linear && value.shape == expected + [1, 1]
        guard value.shape == expected || isConvolution else { return nil }
        return switch self {
        case .alike: value
        case .linear: value.reshaped(to: expected).transposed(permutation: [1, 0])
        case .convolution: value.transposed(permutation: [2, 3, 1, 0])
        }
    }
}
