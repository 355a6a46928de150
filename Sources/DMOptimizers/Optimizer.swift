public import DMLayers
public import DMTensors
import Foundation

/// A rule that moves parameters against their gradients.
///
/// An optimizer is a value: a copy of it, with a copy of the model, is a point to come back to. A conformance of one's
/// own is a struct with two members:
///
/// ```swift
/// import DMLayers
/// import DMOptimizers
/// import DMTensors
///
/// /// Plain gradient descent, p <- p - learningRate g.
/// struct GradientDescent: Optimizer {
///     var state = ParameterValues()  // It remembers nothing.
///
///     mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
///         model.updateParameters { parameter, name, index in parameter -= gradients[index] * learningRate(name) }
///     }
/// }
/// ```
public protocol Optimizer: Sendable {
    /// All that the optimizer remembers from step to step, as tensors by name: what a checkpoint holds of it.
    ///
    /// It is empty before the first step. An optimizer of the same settings whose `state` is set to what another's was
    /// continues bit for bit as that one would have. A conformance stops where it is handed a state that is not its own.
    var state: ParameterValues { get set }

    /// Goes back to a saved state that comes from outside the program.
    ///
    /// By default it sets `state`.
    ///
    /// - Parameters:
    ///   - state: What `state` was after at least one step.
    ///   - parameters: The parameters that the optimizer moves.
    /// - Throws: `ParameterMismatch` where the state is not one of these parameters; the optimizer is then unchanged.
    mutating func restore(_ state: ParameterValues, of parameters: ParameterValues) throws(ParameterMismatch)

    /// Moves every parameter of `model` one step.
    ///
    /// - Parameters:
    ///   - model: The module that the gradients are of.
    ///   - gradients: One gradient for each parameter in the order of visiting, as `valueAndGradients(of:_:)` returns them.
    ///   - learningRate: The learning rate of the parameter with that dotted name.
    mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float)
}

extension Optimizer {
    /// Goes back to a saved state, unchecked.
    public mutating func restore(_ state: ParameterValues, of parameters: ParameterValues) throws(ParameterMismatch) {
        self.state = state
    }

    /// Moves every parameter of `model` one step with the same learning rate.
    ///
    /// - Parameters:
    ///   - model: The module that the gradients are of.
    ///   - gradients: One gradient for each parameter, as `valueAndGradients(of:_:)` returns them.
    ///   - learningRate: The learning rate of all parameters.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: Float) {
        update(&model, along: gradients) { _ in learningRate }
    }

    /// Moves every parameter of `model` one step, each with the learning rate of its group.
    ///
    /// - Parameters:
    ///   - model: The module that the gradients are of.
    ///   - gradients: One gradient for each parameter, as `valueAndGradients(of:_:)` returns them.
    ///   - learningRate: What the factors of the groups multiply.
    ///   - groups: The groups of a model with the same parameters.
    public mutating func update(
        _ model: inout some Module, along gradients: ParameterValues, learningRate: Float, groups: ParameterGroups
    ) {
        groups.checkParameters(gradients)
        update(&model, along: gradients) { learningRate * groups.learningRateFactor(of: $0) }
    }
}

/// Stochastic gradient descent with momentum.
///
/// v <- momentum v + g + weightDecay p;  p <- p - learningRate v
///
/// Source: Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964; in the
/// form of Sutskever et al., ICML 2013, without Nesterov's step. It is that of `torch.optim.SGD`.
public struct SGD: Optimizer {
    /// How much of the velocity is kept, in 0..<1.
    public let momentum: Float
    /// The coefficient of L2 regularization, at least 0.
    public let weightDecay: Float
    /// The velocities, under the parameters' names.
    public var state = ParameterValues()

    /// An optimizer at rest.
    ///
    /// - Parameters:
    ///   - momentum: In 0..<1.
    ///   - weightDecay: At least 0.
    public init(momentum: Float = 0.9, weightDecay: Float = 0) {
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    /// Goes back to a saved state: one velocity for each parameter.
    ///
    /// - Throws: `ParameterMismatch` for velocities of other parameters.
    public mutating func restore(_ state: ParameterValues, of parameters: ParameterValues) throws(ParameterMismatch) {
        try state.checkFits(parameters, prefix: "")
        self.state = state
    }

    /// Moves every parameter of `model` one step.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
        if state.count == 0 { state = gradients.zeros }
        var velocities = state
        state = ParameterValues()
        var count = 0
        model.updateParameters { parameter, name, index in
            checkFit(gradients, at: index, name, parameter.shape, "the gradients are")
            checkFit(velocities, at: index, name, parameter.shape, "the optimizer's state is")
            parameter.descend(
                along: gradients[index], velocity: &velocities[index], rate: Double(learningRate(name)),
                momentum: Double(momentum), decay: Double(weightDecay))
            count += 1
        }
        checkEnd(gradients, at: count, "the gradients are")
        checkEnd(velocities, at: count, "the optimizer's state is")
        state = velocities
    }
}

/// Adam with decoupled weight decay.
///
/// p <- p - learningRate weightDecay p;  m <- b1 m + (1 - b1) g;  s <- b2 s + (1 - b2) g^2;
/// p <- p - learningRate (m / (1 - b1^t)) / (sqrt(s / (1 - b2^t)) + epsilon)
///
/// Source: Loshchilov & Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019. It is that of `torch.optim.AdamW`.
public struct AdamW: Optimizer {
    /// The decay rates of the moving averages of g and g^2, each in 0..<1.
    public let betas: (first: Double, second: Double)
    /// Keeps the quotient finite; positive.
    public let epsilon: Double
    /// The coefficient of the decoupled weight decay, at least 0.
    public let weightDecay: Double

    private var first = ParameterValues()
    private var second = ParameterValues()
    private var step = 0

    /// An optimizer before its first step.
    ///
    /// - Parameters:
    ///   - betas: Each in 0..<1.
    ///   - epsilon: Positive.
    ///   - weightDecay: At least 0.
    public init(betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
        self.betas = betas
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// The number of steps (`step`) and, for each parameter, the first and second moments (`m.` and `s.` before its name).
    ///
    /// `step` is `[1]` below 2²⁴ steps, where a `Float` counts exactly. From there on it is `[2]`: the remainder by 2²⁴
    /// and the quotient.
    public var state: ParameterValues {
        get {
            var state = ParameterValues()
            guard step > 0 else { return state }
            state.append("step", StepCount.tensor(of: step))
            for (name, value) in first { state.append("m." + name, value) }
            for (name, value) in second { state.append("s." + name, value) }
            return state
        }
        set {
            (first, second, step) = (ParameterValues(), ParameterValues(), 0)
            guard newValue.count > 0 else { return }
            for (name, value) in newValue {
                switch name {
                case "step": step = StepCount.steps(in: value)
                case _ where name.hasPrefix("m."): first.append(String(name.dropFirst(2)), value)
                case _ where name.hasPrefix("s."): second.append(String(name.dropFirst(2)), value)
                default: require(false, "this is no state of AdamW: expected 'step', 'm.' and 's.', found \(name) \(value.shape)")
                }
            }
            require(newValue["step"] != nil, "this is no state of AdamW: there is no 'step'")
            require(
                first.names == second.names && zip(first.values, second.values).allSatisfy { $0.shape == $1.shape },
                "this is no state of AdamW: the first moments are of \(first.names), the second of \(second.names)")
        }
    }

    /// Goes back to a saved state: the number of steps and both moments of each parameter.
    ///
    /// - Throws: `ParameterMismatch` for moments of other parameters, and for a number of steps that is none.
    public mutating func restore(_ state: ParameterValues, of parameters: ParameterValues) throws(ParameterMismatch) {
        guard let step = state["step"] else { throw .missing(name: "step") }
        guard StepCount.isCount(step) else { throw .shape(name: "step", expected: [1], found: step.shape) }
        try state.removing(prefix: "m.").checkFits(parameters, prefix: "m.")
        try state.removing(prefix: "s.").checkFits(parameters, prefix: "s.")
        if let name = state.names.first(where: { $0 != "step" && !$0.hasPrefix("m.") && !$0.hasPrefix("s.") }) {
            throw .unexpected(name: name)
        }
        self.state = state
    }

    /// Moves every parameter of `model` one step.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
        if step == 0 { (first, second) = (gradients.zeros, gradients.zeros) }
        step += 1
        var (m, s) = (first, second)
        (first, second) = (ParameterValues(), ParameterValues())
        let corrections = (first: 1 - pow(betas.first, Double(step)), second: 1 - pow(betas.second, Double(step)))
        var count = 0
        model.updateParameters { parameter, name, index in
            checkFit(gradients, at: index, name, parameter.shape, "the gradients are")
            checkFit(m, at: index, name, parameter.shape, "the optimizer's state is")
            parameter.descend(
                along: gradients[index], mean: &m[index], square: &s[index], rate: Double(learningRate(name)), betas: betas,
                corrections: corrections, epsilon: epsilon, decay: weightDecay)
            count += 1
        }
        checkEnd(gradients, at: count, "the gradients are")
        checkEnd(m, at: count, "the optimizer's state is")
        (first, second) = (m, s)
    }
}

/// A number of steps as a tensor, exact past 2²⁴, where `Float` skips every other whole number.
private enum StepCount {
    private static let base = 1 << 24

    static func tensor(of steps: Int) -> Tensor<Float> {
        Tensor(steps < base ? [Float(steps)] : [Float(steps % base), Float(steps / base)])
    }

    /// Whether a tensor is a number of steps, at least 1. One number may be 2²⁴ itself, as it once was written.
    static func isCount(_ tensor: Tensor<Float>) -> Bool {
        let digits = tensor.scalars
        return (1...2).contains(digits.count) && digits.allSatisfy { $0 >= 0 && $0 <= Float(base) && $0 == $0.rounded() }
            && digits.contains { $0 > 0 }
    }

    static func steps(in tensor: Tensor<Float>) -> Int {
        let digits = tensor.scalars
        require(
            isCount(tensor),
            "this is no state of AdamW: expected one or two whole numbers as 'step', found \(digits) of shape \(tensor.shape)")
        return Int(digits[0]) + (digits.count > 1 ? base * Int(digits[1]) : 0)
    }
}

extension ParameterValues {
    /// Zeros of the same names and shapes.
    public var zeros: ParameterValues {
        mapValues { Tensor(repeating: 0, shape: $0.shape) }
    }

    /// The Euclidean norm of all numbers together: the global norm of gradients.
    public var norm: Float { values.reduce(0) { $0 + $1.squared().sum() }.squareRoot() }

    /// The same direction with a norm of at most `limit`: gradient clipping by global norm (`clip_grad_norm_` in PyTorch).
    ///
    /// - Parameter limit: The greatest norm of the result, positive.
    public func clipped(toNorm limit: Float) -> ParameterValues {
        let norm = norm
        guard norm > limit else { return self }
        return mapValues { $0 * (limit / norm) }
    }
}

extension ParameterValues {
    /// Stops values from being used that have not one of the shape of each parameter, in the same order.
    ///
    /// - Parameter prefix: What stands before the names in messages.
    fileprivate func checkFits(_ parameters: ParameterValues, prefix: String) throws(ParameterMismatch) {
        for (index, (name, value)) in parameters.enumerated() {
            guard index < count, names[index] == name else { throw .missing(name: prefix + name) }
            guard self[index].shape == value.shape else {
                throw .shape(name: prefix + name, expected: value.shape, found: self[index].shape)
            }
        }
        if count > parameters.count { throw .unexpected(name: prefix + names[parameters.count]) }
    }
}

/// Stops where values are not those of a module's parameters: at `index` the module has `name` of `shape`.
func checkFit(_ values: ParameterValues, at index: Int, _ name: String, _ shape: [Int], _ subject: String) {
    require(
        index < values.count && values.names[index] == name && values[index].shape == shape,
        "\(subject) of another module: expected \(name) \(shape), found "
            + (index < values.count ? "\(values.names[index]) \(values[index].shape)" : "no more"))
}

/// Stops where there are more values than the module has parameters.
func checkEnd(_ values: ParameterValues, at count: Int, _ subject: String) {
    require(
        values.count == count,
        "\(subject) of another module: expected no more, found \(values.names[count]) \(values[count].shape)")
}
