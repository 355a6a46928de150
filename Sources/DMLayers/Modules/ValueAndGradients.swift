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
    var sum = GradientAccumulator(of: model)
    let value = try sum.add(loss)
    return (value, sum.gradients)
}

/// The gradient of a loss whose terms are worked out one after another, because memory does not hold them together.
///
/// ```swift
/// var sum = GradientAccumulator(of: student)
/// for part in parts {
///     value += sum.add { student in student(images[part], &context).softmaxCrossEntropy(targets[part]).sum() / count }
/// }
/// sum.gradients
/// ```
public struct GradientAccumulator<M: Module>: Sendable {
    private let model: M
    private let names: [String]
    private let leaves: [Variable<Float>]
    private var sums = Gradients<Float>()

    /// A sum of no terms.
    ///
    /// - Parameter model: The module whose parameters are varied; a copy of it is tracked.
    public init(of model: M) {
        var tracked = model
        var tracker = Tracker()
        tracked.visitParameters(&tracker)
        (self.model, names, leaves) = (tracked, tracker.names, tracker.leaves)
    }

    /// Adds a term's gradients, in place.
    ///
    /// - Parameter term: Computes one number from the tracked copy.
    /// - Returns: The number.
    public mutating func add<E>(_ term: (M) throws(E) -> Variable<Float>) throws(E) -> Float {
        let result = try term(model)
        let value = result.value.scalar
        sums.add(of: consume result)
        return value
    }

    /// One gradient for each parameter in the order of visiting, zero where no term depends on it.
    public var gradients: ParameterValues {
        ParameterValues(
            zip(names, leaves).map { (name: $0, value: sums[$1] ?? Tensor(repeating: 0, shape: $1.shape)) })
    }
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
