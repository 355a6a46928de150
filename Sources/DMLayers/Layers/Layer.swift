public import DMAutograd
public import DMTensors

/// A module that makes one variable of another: the contract of what ``Sequential`` puts in a row.
///
/// A layer that acts alike in training and in inference is a ``ContextFreeLayer``, and can be called without a context
/// too.
///
/// ```swift
/// struct Scaled: Layer {
///     var dropout: Dropout
///     var factor = Parameter(Tensor([1]))
///
///     func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
///         dropout(x, &context) * factor.variable
///     }
///
///     mutating func visitParameters(_ visitor: inout some ParameterVisitor) { visitor.visit(&factor, "factor") }
/// }
/// ```
public protocol Layer: Module {
    /// x -> y.
    ///
    /// - Parameters:
    ///   - x: The input.
    ///   - context: The mode, the random source and the batch statistics of the pass.
    func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float>
}

/// A layer that acts alike in training and in inference: it draws no random numbers and gathers no statistics.
public protocol ContextFreeLayer: Layer {
    /// x -> y.
    func callAsFunction(_ x: Variable<Float>) -> Variable<Float>
}

extension ContextFreeLayer {
    /// x -> y; the context is not used.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> { self(x) }
}

/// Layers one after another.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let network = Sequential {
///     Convolution2D(inputs: 3, outputs: 8, kernel: 3, random: &random)
///     BatchNormalization(channels: 8)
///     ReLU()
///     GlobalAveragePooling()
///     Dropout(rate: 0.2)
///     Linear(inputs: 8, outputs: 10, random: &random)
/// }
/// var context = ForwardContext.inference
/// let logits = network(Variable(random.normal(shape: [4, 32, 32, 3])), &context)
/// print(logits.shape)                        // [4, 10]
/// print(network.parameters.names.last!)      // 5.bias
/// ```
///
/// Its parameters are named by the place of their layer, `0.weight`, as those of PyTorch's `nn.Sequential`.
public struct Sequential: Layer {
    /// The layers, in the order of the pass.
    public var layers: [any Layer]

    /// A row of layers.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// A row of layers, one in a line.
    public init(@SequentialBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

    /// x -> the last layer's output.
    public func callAsFunction(_ x: Variable<Float>, _ context: inout ForwardContext) -> Variable<Float> {
        var y = x
        for layer in layers { y = layer(y, &context) }
        return y
    }

    /// Visits the layers as `0`, `1` and so on.
    public mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
        for index in layers.indices { visitor.visit(&layers[index], "\(index)") }
    }
}

/// Collects the layers of a ``Sequential``; `if` and `for` may be used.
@resultBuilder
public enum SequentialBuilder {
    /// A layer.
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    /// Layers one after another.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    /// Layers of a loop.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
    /// Layers that there may be.
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    /// Layers of a condition that holds.
    public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
    /// Layers of a condition that does not hold.
    public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}
