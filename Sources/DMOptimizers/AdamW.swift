public import DMLayers
public import DMTensors
import Foundation

/// Adam with decoupled weight decay.
///
/// p <- p - learningRate weightDecay p;  m <- b1 m + (1 - b1) g;  s <- b2 s + (1 - b2) g^2;
/// p <- p - learningRate (m / (1 - b1^t)) / (sqrt(s / (1 - b2^t)) + epsilon)
///
/// Source: Loshchilov & Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019.
public struct AdamW: Optimizer {
    /// The shares of the averages of g and g^2 that are kept.
    public let betas: (first: Double, second: Double)
    /// Keeps the quotient finite.
    public let epsilon: Double
    /// The pull of every parameter toward zero.
    public let weightDecay: Double

    private var first = ParameterValues()
    private var second = ParameterValues()
    private var step = 0

    /// An optimizer before its first step.
    public init(betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
        self.betas = betas
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// The number of steps (`step`, `[1]`) and, for each parameter, both averages (`m.` and `s.` before its name).
    public var state: ParameterValues {
        get {
            var state = ParameterValues()
            guard step > 0 else { return state }
            state.append("step", Tensor([Float(step)]))
            for (name, value) in zip(first.names, first.values) { state.append("m." + name, value) }
            for (name, value) in zip(second.names, second.values) { state.append("s." + name, value) }
            return state
        }
        set {
            (first, second, step) = (ParameterValues(), ParameterValues(), Int(newValue["step"]?.scalar ?? 0))
            for (name, value) in zip(newValue.names, newValue.values) {
                if name.hasPrefix("m.") { first.append(String(name.dropFirst(2)), value) }
                if name.hasPrefix("s.") { second.append(String(name.dropFirst(2)), value) }
            }
        }
    }

    /// Moves every parameter of `model` one step.
    public mutating func update(_ model: inout some Module, along gradients: ParameterValues, learningRate: (String) -> Float) {
        if step == 0 { (first, second) = (gradients.zeros, gradients.zeros) }
        step += 1
        var (m, s) = (first, second)
        (first, second) = (ParameterValues(), ParameterValues())
        let corrections = (first: 1 - pow(betas.first, Double(step)), second: 1 - pow(betas.second, Double(step)))
        model.updateParameters { parameter, name, index in
            checkGradient(gradients, at: index, fits: name, parameter.shape)
            parameter.descend(
                along: gradients[index], mean: &m[index], square: &s[index], rate: Double(learningRate(name)), betas: betas,
                corrections: corrections, epsilon: epsilon, decay: weightDecay)
        }
        (first, second) = (m, s)
    }
}
