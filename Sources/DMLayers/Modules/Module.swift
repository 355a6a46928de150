/// A value made of parameters and of other modules.
///
/// A copy is independent: a teacher network is `var teacher = student`.
///
/// ```swift
/// struct Head: Module {
///     var hidden: Linear, output: Linear
///
///     func callAsFunction(_ x: Variable<Float>) -> Variable<Float> { output(hidden(x).relu()) }
///
///     mutating func visitParameters(_ visitor: inout some ParameterVisitor) {
///         visitor.visit(&hidden, "hidden")
///         visitor.visit(&output, "output")
///     }
/// }
/// ```
public protocol Module: Sendable {
    /// Shows `visitor` every parameter and every child, each under its name, always in one order.
    mutating func visitParameters(_ visitor: inout some ParameterVisitor)
}
