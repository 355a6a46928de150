public import DMAutograd
public import DMTensors

/// The value of a loss and its gradient for every parameter of a module.
///
/// Only the copy that is handed to `loss` is tracked; any other module used inside is a constant.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let student = Linear(inputs: 4, outputs: 3, random: &random)
/// let x = Variable(random.normal(shape: [8, 4]) as Tensor<Float>)
/// let targets = Tensor<Int32>([0, 1, 2, 0, 1, 2, 0, 1])
/// let (value, gradients) = valueAndGradients(of: student) { student in
///     softmaxCrossEntropy(student(x), targets).mean()
/// }
/// print(value > 0, gradients.names)     // true ["weight", "bias"]
/// ```
///
/// - Parameters:
///   - model: The module whose parameters are varied.
///   - loss: Computes one number from the tracked copy.
/// - Returns: The number, and one gradient for each parameter in the order of visiting (zero for a parameter that the
///   number does not depend on).
/// - Precondition: `loss` computes with its argument. In debug builds also: the module shows all of its parameters to
///   its visitors; see ``Module/forgottenParameters()``.
public func valueAndGradients<M: Module, E>(
    of model: M, _ loss: (M) throws(E) -> Variable<Float>
) throws(E) -> (value: Float, gradients: ParameterValues) {
    var accumulator = GradientAccumulator(of: model)
    let value = try accumulator.add(loss)
    return (value, accumulator.gradients)
}

/// Gradient accumulation: the gradient of a loss whose terms do not fit into memory together, added up term by term.
///
/// ```swift
/// var random = RandomSource(seed: 1)
/// let student = Linear(inputs: 4, outputs: 3, random: &random)
/// let images: Tensor<Float> = random.normal(shape: [8, 4])
/// let targets = Tensor<Int32>([0, 1, 2, 0, 1, 2, 0, 1])
/// var accumulator = GradientAccumulator(of: student)
/// var value: Float = 0
/// for start in [0, 4] {
///     let x = Variable(images.sliced(along: 0, from: start, to: start + 4))
///     let part = targets.sliced(along: 0, from: start, to: start + 4)
///     value += accumulator.add { student in softmaxCrossEntropy(student(x), part).sum() * (1 / 8) }
/// }
/// print(value > 0, accumulator.gradients.names)     // true ["weight", "bias"]
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
        if tracker.copies.hasCopies {
            var counter = CopyCounter(counts: tracker.copies.counts)
            tracked.visitParameters(&counter)
        }
        assert(tracked.stopsForForgottenParameters())
        (self.model, names, leaves) = (tracked, tracker.names, tracker.leaves)
    }

    /// Adds a term's gradients, in place.
    ///
    /// - Parameter term: Computes one number from the tracked copy.
    /// - Returns: The number.
    /// - Precondition: `term` computes with its argument, not with another copy of the module.
    public mutating func add<E>(_ term: (M) throws(E) -> Variable<Float>) throws(E) -> Float {
        let result = try term(model)
        checkShape(
            result.isTracked || leaves.isEmpty,
            "the loss does not depend on the parameters of \(M.self): compute it with the module that the closure is handed")
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

/// Makes every parameter a tracked leaf, and numbers the running statistics that are copies of one another.
private struct Tracker: ParameterVisitor {
    var path: [String] = []
    var names: [String] = []
    var leaves: [Variable<Float>] = []
    var copies = CopyNumbers()

    mutating func reach(_ parameter: inout Parameter, at name: String) {
        parameter.track()
        names.append(name)
        leaves.append(parameter.variable)
    }

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        statistics.identity.copy = copies.next(statistics.identity.origin)
        statistics.identity.copyCount = 1
    }
}

/// Tells running statistics how many copies of them there are.
private struct CopyCounter: ParameterVisitor {
    var path: [String] = []
    let counts: [ObjectIdentifier: Int]

    init(counts: [ObjectIdentifier: Int]) { self.counts = counts }

    mutating func reach(_ parameter: inout Parameter, at name: String) {}

    mutating func reach(_ statistics: inout RunningStatistics, at name: String) {
        statistics.identity.copyCount = counts[statistics.identity.origin] ?? 1
    }
}
