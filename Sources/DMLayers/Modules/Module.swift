/// A value made of parameters and of other modules.
///
/// A copy is independent: a teacher network is `var teacher = student`.
///
/// ```swift
/// struct Head: Module {
///     var hidden: Linear
///     var output: Linear
///
///     init(random: inout RandomSource) {
///         hidden = Linear(inputs: 16, outputs: 32, random: &random)
///         output = Linear(inputs: 32, outputs: 10, random: &random)
///     }
///
///     func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { output(hidden(x).relu()) }
///
///     mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
///         visitor.visit(&hidden, "hidden")
///         visitor.visit(&output, "output")
///     }
/// }
///
/// var random = RandomSource(seed: 1)
/// let head = Head(random: &random)
/// print(head.parameters.names)     // ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
/// print(head.parameterCount)       // 874
/// ```
///
/// ``visitParameters(_:)`` is all that a module has to say about its parameters. Reading, updating, loading, saving,
/// averaging and the gradients are derived from it, and ``forgottenParameters()`` finds what it leaves out.
public protocol Module: Sendable {
    /// Shows `visitor` every parameter and every child, each under its name, always in the same order.
    mutating func visitParameters(_ visitor: inout some ParameterVisitor)
}
