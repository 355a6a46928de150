public import DMAutograd
public import DMTensors

/// A table with one trainable row for each of a number of categories.
public struct Embedding: Module {
    /// The rows, `[categories, features]`.
    public var weight: Parameter

    /// A table drawn from the standard normal distribution.
    public init(categories: Int, features: Int, random: inout RandomSource) {
        weight = Parameter(random.normal(shape: [categories, features]))
    }

    /// indices of any shape -> rows `[indices..., features]`.
    public func callAsFunction(_ indices: Tensor<Int32>) -> Variable<Float> { weight.variable.gathered(rows: indices) }

    /// Visits `weight`.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&weight, "weight") }
}
