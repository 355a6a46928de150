public import DMAutograd
public import DMTensors

/// The value of `loss` and its gradient for every parameter of `model`.
///
/// Only the copy handed to `loss` is tracked; any other module used inside is a constant.
///
/// ```swift
/// let (value, gradients) = valueAndGradients(of: student) { student in
///     student(images, &context).softmaxCrossEntropy(targets).mean()
/// }
/// ```
///
/// - Parameters:
///   - model: The module whose parameters are varied.
///   - loss: Computes one number from the tracked copy.
/// - Returns: The number, and one gradient for each parameter in the order of visiting (zero where
///   the number does not depend on it).
public func valueAndGradients<M: Module, E>(
    of model: M, _ loss: (M) throws(E) -> Variable<Float>
) throws(E) -> (value: Float, gradients: ParameterValues) {
    var tracked = model
    var tracker = Tracker()
    tracked.visitParameters(&tracker)
    let result = try loss(tracked)
    let value = result.value.scalar
    let gradients = Gradients(of: consume result)
    var values = ParameterValues()
    for (name, leaf) in zip(tracker.names, tracker.leaves) {
        values.append(name, gradients[leaf] ?? Tensor(repeating: 0, shape: leaf.shape))
    }
    return (value, values)
}

/// Makes every parameter a tracked leaf and tells running statistics their name.
private struct Tracker: ParameterVisitor {
    var path: [String] = []
    var names: [String] = []
    var leaves: [Variable<Float>] = []

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        parameter.track()
        names.append(name)
        leaves.append(parameter.variable)
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) { statistics.name = name }
}
