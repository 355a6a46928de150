public import DMLayers
public import DMTensors

/// A rule that moves parameters against their gradients.
///
/// An optimizer is a value: a copy of it, with a copy of the model, is a point to come back to.
public protocol Optimizer: Sendable {
    /// What the optimizer remembers from step to step, for checkpoints; empty before the first step.
    var state: ParameterValues { get set }

    /// Moves every parameter of `model` one step.
    ///
    /// - Parameters:
    ///   - model: The module that the gradients are of.
    ///   - gradients: One gradient for each parameter, as `valueAndGradients(of:_:)` returns them.
    ///   - learningRate: The step's length for a parameter of that dotted name.
    mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float)
}

extension Optimizer {
    /// Moves every parameter of `model` one step of the same length.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: Float) {
        update(&model, along: gradients) { _ in learningRate }
    }
}

/// Stops when gradients are not those of the module.
func checkGradient(_ gradients: ParameterValues, at index: Int, fits name: String, _ shape: [Int]) {
    require(
        index < gradients.count && gradients.names[index] == name && gradients[index].shape == shape,
        "the gradients are of another module: expected \(name) \(shape), found "
            + (index < gradients.count ? "\(gradients.names[index]) \(gradients[index].shape)" : "no more"))
}
