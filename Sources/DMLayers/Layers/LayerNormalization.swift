public import DMAutograd
public import DMTensors

/// Normalization over the last axis: y = scale (x - mean) / sqrt(variance + epsilon) + shift.
///
/// Source: Ba, Kiros & Hinton, *Layer Normalization*, 2016.
public struct LayerNormalization: Module {
    /// The scale, `[features]`.
    public var weight: Parameter
    /// The shift, `[features]`.
    public var bias: Parameter
    /// Keeps the root away from zero.
    public let epsilon: Double

    /// Scale 1 and shift 0.
    public init(features: Int, epsilon: Double = 1e-5) {
        weight = Parameter(Tensor(repeating: 1, shape: [features]))
        bias = Parameter(Tensor(repeating: 0, shape: [features]))
        self.epsilon = epsilon
    }

    /// x `[..., features]` -> y of the same shape.
    public func callAsFunction(_ x: Variable<Float>) -> Variable<Float> {
        x.layerNormalized(scale: weight.variable, shift: bias.variable, epsilon: epsilon)
    }

    /// Visits `weight` and `bias`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        visitor.visit(&weight, "weight")
        visitor.visit(&bias, "bias")
    }
}
